//! What is foretold, as the server states it: KPIs, and what is used of services and storage.
import { keepAnswer } from "../../api/kept.ts";
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useLanguage } from "../../words/index.ts";
import type { Language } from "../../words/index.ts";

/** What has to be known of a series to draw it. */
export interface Series {
  titles: Record<Language, string>;
  unit: string;
  /** Whether what came is in the KPIs' cells; else it is in `used_days`. */
  isKpi: boolean;
  /** Whether the value of a span is the sum of its parts'. */
  isSum: boolean;
  /** Whether the values of cities add up. */
  additive: boolean;
}

/** Every series that is foretold, by its id. */
export const useForetold = keepAnswer("SELECT * FROM foretold_series", (rows) =>
  new Map(objects(rows).map((row) => [String(row["series"]), readSeries(row)])),
);

/** Says a series' title in the language; its id where nobody knows it. */
export function useSeriesTitle(): (id: string) => string {
  const [series, language] = [useForetold().value, useLanguage()];
  return (id) => series?.get(id)?.titles[language] ?? id;
}

function readSeries(row: Record<string, Cell>): Series {
  const text = (name: string) => String(row[name] ?? "");
  return {
    titles: { en: text("title"), "zh-Hant": text("title_zh_hant"), "zh-Hans": text("title_zh_hans") },
    unit: text("unit"),
    isKpi: row["is_kpi"] === true,
    isSum: row["is_sum"] === true,
    additive: row["additive"] === true,
  };
}
