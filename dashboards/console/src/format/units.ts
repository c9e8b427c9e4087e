//! Units of the KPI catalogue: how a value of each is scaled and written.
import type { Language } from "../words/language.ts";

export interface Unit {
  options: Intl.NumberFormatOptions;
  /** Written after the number, with its own space where it wants one. */
  suffix: Record<Language, string>;
}

const NONE = { en: "", "zh-Hant": "", "zh-Hans": "" };

const PLAIN: Unit = { options: { maximumFractionDigits: 3 }, suffix: NONE };

const UNITS: Record<string, Unit> = {
  ratio: { options: { style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2 }, suffix: NONE },
  count: { options: { maximumFractionDigits: 2 }, suffix: NONE },
  points: { options: { maximumFractionDigits: 1 }, suffix: { en: " points", "zh-Hant": " 分", "zh-Hans": " 分" } },
  hkd: {
    options: {
      style: "currency",
      currency: "HKD",
      currencyDisplay: "code",
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    },
    suffix: NONE,
  },
};

/** Written after a difference of ratios. */
export const PERCENTAGE_POINTS: Record<Language, string> = {
  en: " pp",
  "zh-Hant": " 個百分點",
  "zh-Hans": " 个百分点",
};

/** The unit of that name; a three-letter code is a currency, an unknown one a plain number. */
export function unitOf(name: string): Unit {
  const known = UNITS[name];
  if (known) return known;
  if (/^[A-Z]{3}$/.test(name)) {
    return { options: { style: "currency", currency: name, currencyDisplay: "code" }, suffix: NONE };
  }
  return PLAIN;
}

interface Scale {
  /** The largest absolute value in milliseconds that is written so. */
  below: number;
  divisor: number;
  suffix: Record<Language, string>;
}

const DURATIONS: Scale[] = [
  { below: 1_000, divisor: 1, suffix: { en: " ms", "zh-Hant": " 毫秒", "zh-Hans": " 毫秒" } },
  { below: 120_000, divisor: 1_000, suffix: { en: " s", "zh-Hant": " 秒", "zh-Hans": " 秒" } },
  { below: 7_200_000, divisor: 60_000, suffix: { en: " min", "zh-Hant": " 分鐘", "zh-Hans": " 分钟" } },
  { below: 172_800_000, divisor: 3_600_000, suffix: { en: " h", "zh-Hant": " 小時", "zh-Hans": " 小时" } },
  { below: Infinity, divisor: 86_400_000, suffix: { en: " d", "zh-Hant": " 天", "zh-Hans": " 天" } },
];

/** How a duration of so many milliseconds is scaled for reading. */
export function durationScale(ms: number): Scale {
  const size = Math.abs(ms);
  return DURATIONS.find((scale) => size < scale.below) ?? DURATIONS[0]!;
}

const SIZES = [" B", " KiB", " MiB", " GiB", " TiB"];

/** How a size of so many bytes is scaled for reading. */
export function sizeScale(bytes: number): { divisor: number; suffix: string } {
  const step = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(bytes) || 1) / 10)));
  return { divisor: 1024 ** step, suffix: SIZES[step]! };
}
