//! A figure of an anomaly for reading.
import { formatCell, formatValue } from "../../format/numbers.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import type { Language } from "../../words/index.ts";

/** A decimal text: of a KPI by its unit, of another series with the digits that it has. */
export function formatFigure(decimal: string, series: string, kpis: Kpi[], language: Language): string {
  const unit = kpis.find(({ kpi }) => kpi === series)?.unit;
  return unit ? formatValue(decimal, unit, language) : formatCell(trimZeros(decimal), { name: "", type: "numeric" }, language);
}

/** A decimal without zeros that say nothing: "2.500000000" as "2.5". */
export function trimZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
