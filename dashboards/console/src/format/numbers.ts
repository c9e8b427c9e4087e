//! Numbers for reading. Decimals come as text and are formatted as text: no digit of money
//! passes through a binary float.
import type { Cell, Column } from "../api/rows.ts";
import type { Language } from "../words/language.ts";
import { formatDay, formatInstant } from "./times.ts";
import { durationScale, PERCENTAGE_POINTS, sizeScale, unitOf } from "./units.ts";

/** What stands where there is no value. */
export const NO_VALUE = "–";

const formats = new Map<string, Intl.NumberFormat>();

/** A value of a unit of the catalogue (`ratio`, `count`, `ms`, `bytes`, `hkd`, `points`, or a currency code). */
export function formatValue(value: string | number | null | undefined, unit: string, language: Language): string {
  if (value === null || value === undefined || value === "") return NO_VALUE;
  if (unit === "ms") return formatDuration(Number(value), language);
  if (unit === "bytes") return formatBytes(Number(value), language);
  const { options, suffix } = unitOf(unit);
  return formatDecimal(value, options, language) + suffix[language];
}

/** A difference with its sign: of ratios in percentage points, of points in points, else relative in percent. */
export function formatChange(change: number, unit: string, language: Language): string {
  const signed: Intl.NumberFormatOptions = { maximumFractionDigits: 1, signDisplay: "exceptZero" };
  switch (unit) {
    case "ratio":
      return formatDecimal(change * 100, signed, language) + PERCENTAGE_POINTS[language];
    case "points":
      return formatDecimal(change, signed, language) + unitOf(unit).suffix[language];
    default:
      return formatDecimal(change, { ...signed, style: "percent" }, language);
  }
}

/** A whole number with its groups. */
export function formatCount(value: string | number | bigint, language: Language): string {
  return formatDecimal(value, { maximumFractionDigits: 0 }, language);
}

/** A number or a decimal text by Intl, exact for text. */
export function formatDecimal(
  value: string | number | bigint,
  options: Intl.NumberFormatOptions,
  language: Language,
): string {
  // TypeScript's library says number | bigint; Intl takes decimal text exactly (ECMA-402, NumberFormat v3).
  return numberFormat(options, language).format(value as number);
}

/** A cell of a table by its column's type. Decimals keep the scale that they came with. */
export function formatCell(cell: Cell | undefined, column: Column, language: Language, zone = "UTC"): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "object") return JSON.stringify(cell);
  if (typeof cell === "boolean") return cell ? "true" : "false";
  if (column.type.startsWith("timestamp")) return formatInstant(String(cell), zone, language);
  if (column.type === "date") return formatDay(String(cell), language);
  if (!isNumeric(column)) return String(cell);
  if (typeof cell === "number") return formatDecimal(cell, { maximumSignificantDigits: 15 }, language);
  const scale = cell.split(".")[1]?.length ?? 0;
  return isDecimalText(cell)
    ? formatDecimal(cell, { minimumFractionDigits: scale, maximumFractionDigits: scale }, language)
    : cell;
}

/** True of a column whose cells are numbers: they stand at the right. */
export function isNumeric(column: Column): boolean {
  return /^(smallint|integer|int\d?|bigint|numeric|decimal|real|double precision|float\d?|oid)\b/.test(column.type);
}

function formatDuration(ms: number, language: Language): string {
  const { divisor, suffix } = durationScale(ms);
  return formatDecimal(ms / divisor, { maximumSignificantDigits: 3 }, language) + suffix[language];
}

function formatBytes(bytes: number, language: Language): string {
  const { divisor, suffix } = sizeScale(bytes);
  return formatDecimal(bytes / divisor, { maximumSignificantDigits: 3 }, language) + suffix;
}

function isDecimalText(text: string): boolean {
  return /^[+-]?\d+(\.\d+)?$/.test(text);
}

function numberFormat(options: Intl.NumberFormatOptions, language: Language): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, options);
    formats.set(key, format);
  }
  return format;
}
