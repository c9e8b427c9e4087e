//! What is foretold: KPIs, and what is used of services and storage. Of the latter, which capacity is planned from, the
//! catalogue knows nothing.
import { kpiTitle, useKpis } from "../../kpis/catalogue.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { useLanguage } from "../../words/index.ts";
import { useForecastWords } from "./words.ts";

/** What has to be known of a series to draw it. */
export type Series = Pick<Kpi, "unit" | "isSum" | "additive">;

/** Those that are no KPIs. */
export const USED: Record<string, Series> = {
  ai_calls: { unit: "count", isSum: true, additive: true },
  api_requests: { unit: "count", isSum: true, additive: true },
  storage_bytes: { unit: "bytes", isSum: false, additive: true },
};

/** Says a series' title in the language; its id where nobody knows it. */
export function useSeriesTitle(): (id: string) => string {
  const [words, kpis, language] = [useForecastWords() as Record<string, string>, useKpis(), useLanguage()];
  return (id) => words[`series_${id}`] ?? kpiTitle(kpis, id, language);
}
