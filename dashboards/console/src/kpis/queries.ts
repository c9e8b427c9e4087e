//! Questions about KPIs and cities that several pages ask.
import { quoted } from "../api/sql.ts";
import { comparedWith, shift, SPARK_BUCKETS } from "./buckets.ts";
import type { Grain } from "./catalogue.ts";

export const CATALOGUE_SQL = "SELECT * FROM kpis";

export const CITIES_SQL =
  "SELECT city, name, name_zh_hant, name_zh_hans, time_zone, currency, region FROM cities ORDER BY city";

/** How old the data are: the newest event that SQL sees. */
export const NEWEST_EVENT_SQL = "SELECT last_at FROM last_events";

/** The relation of a grain's values. */
export const RELATIONS: Record<Grain, string> = { hour: "kpi_hourly", day: "kpi_daily", month: "kpi_monthly" };

export interface ReadingsWanted {
  grain: Grain;
  /** A city's code; empty for all. */
  city: string;
  /** The bucket of UTC that is underway. Those of the cities' own zones are at most one away from it. */
  anchor: string;
  /** Only these KPIs; all where it is missing. */
  kpis?: string[];
}

/** A KPI's figures by bucket over the chosen cities, as many as comparisons and sparklines need. */
export function readingsSql({ grain, city, anchor, kpis }: ReadingsWanted): string {
  const cells = [
    spanOf(grain, anchor),
    ...(city === "" ? [] : [`city = ${quoted(city)}`]),
    ...(kpis === undefined ? [] : [`kpi IN (${kpis.map(quoted).join(", ")})`]),
  ];
  return `SELECT kpi, bucket, ${GROUP_FIGURES}\nFROM ${RELATIONS[grain]}\nWHERE ${cells.join("\n  AND ")}\nGROUP BY kpi, bucket`;
}

/** So many of a KPI's newest buckets hold the newest that is over in all zones, and that of a week before. */
const NEWEST_BUCKETS = 10;

/** The same of the newest buckets only, and of those that they are compared with: what a first look needs, fast. */
export function newestReadingsSql(wanted: ReadingsWanted): string {
  const { grain, anchor } = wanted;
  // Of hours, the row of a week ago is not among the newest.
  const compared = quoted(shift(comparedWith(shift(anchor, grain, -1), grain), grain, 1));
  // A page that is open for long asks from where it was opened on.
  const latest = quoted(shift(anchor, grain, 1));
  return `SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY kpi ORDER BY bucket DESC) AS nth FROM (\n${readingsSql(wanted)}\n)
WHERE bucket <= ${latest})
WHERE nth <= ${NEWEST_BUCKETS}${grain === "hour" ? ` OR bucket <= ${compared}` : ""}`;
}

/** Figures of a group of cells. Which of them counts depends on whether the KPI adds up. */
export const GROUP_FIGURES = `count(*) AS cells, sum(numerator) AS total, sum(numerator) / nullif(sum(denominator), 0) AS ratio,
  min(value) AS low, max(value) AS high, min(target) AS target_min, max(target) AS target_max,
  bool_or(status = 'act') AS acts, bool_or(status = 'warn') AS warns, count(status) > 0 AS rated`;

function spanOf(grain: Grain, anchor: string): string {
  const first = shift(anchor, grain, -1 - SPARK_BUCKETS[grain]);
  const compared = comparedWith(shift(anchor, grain, -1), grain);
  const recent = `bucket >= ${quoted(first)}`;
  if (compared >= first) return recent;
  // An hour is compared with one of a week ago, long before its sparkline starts.
  return `(${recent} OR bucket BETWEEN ${quoted(compared)} AND ${quoted(shift(compared, grain, 1))})`;
}
