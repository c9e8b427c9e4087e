//! What the page of one KPI asks.
import { quoted } from "../../api/sql.ts";
import { comparedWith, shift, SPARK_BUCKETS } from "../../kpis/buckets.ts";
import { RELATIONS } from "../../kpis/queries.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { GROUP_FIGURES } from "../../kpis/queries.ts";
import type { Looking } from "./looking.ts";

/** So many days the table of forwarders covers. */
export const FORWARDER_DAYS = 28;

/** Its figures over the chosen cities for so many buckets. */
export function courseSql({ kpi }: Kpi, { grain, city, until }: Looking, numBuckets: number): string {
  const first = shift(until, grain, 1 - numBuckets);
  return (
    `SELECT bucket, ${GROUP_FIGURES}\nFROM ${RELATIONS[grain]}\n` +
    `WHERE kpi = ${quoted(kpi)} AND bucket BETWEEN ${quoted(first)} AND ${quoted(until)}${ofCity(city)}\nGROUP BY bucket\nORDER BY bucket`
  );
}

/** Its cells of every city, for values, comparison and sparklines. */
export function citiesSql({ kpi }: Kpi, { grain, until }: Looking): string {
  const compared = comparedWith(until, grain);
  const first = shift(until, grain, 1 - SPARK_BUCKETS[grain]);
  return (
    `SELECT city, bucket, numerator, denominator, value, target, status\nFROM ${RELATIONS[grain]}\n` +
    `WHERE kpi = ${quoted(kpi)} AND (bucket BETWEEN ${quoted(first)} AND ${quoted(until)} OR bucket = ${quoted(compared)})\nORDER BY city, bucket`
  );
}

/** Its figures by forwarder over the days up to a day. */
export function forwardersSql({ kpi }: Kpi, city: string, untilDay: string): string {
  const first = shift(untilDay, "day", 1 - FORWARDER_DAYS);
  return (
    `SELECT forwarder, ${GROUP_FIGURES}, sum(denominator) AS divided\nFROM kpi_daily_by_forwarder\n` +
    `WHERE kpi = ${quoted(kpi)} AND bucket BETWEEN ${quoted(first)} AND ${quoted(untilDay)}${ofCity(city)}\nGROUP BY forwarder\nORDER BY forwarder`
  );
}

/** What is foretold of it; only where the catalogue says that this span is. */
export function forecastSql(kpi: Kpi, { grain, city }: Looking): string | null {
  if (!kpi.forecast.includes(grain)) return null;
  const place = city === "" ? "city IS NULL" : `city = ${quoted(city)}`;
  return (
    `SELECT horizon_at, mean, lower80, upper80\nFROM latest_forecasts\n` +
    `WHERE series = ${quoted(kpi.kpi)} AND grain = ${quoted(grain)} AND ${place} AND forwarder IS NULL\nORDER BY horizon_at`
  );
}

/** What was found unusual in it, newest first. */
export function anomaliesSql({ kpi }: Kpi, city: string): string {
  return (
    `SELECT anomaly_id, at, city, severity, state, observed, explanation\nFROM anomalies\n` +
    `WHERE series = ${quoted(kpi)}${ofCity(city)}\nORDER BY at DESC\nLIMIT 100`
  );
}

function ofCity(city: string): string {
  return city === "" ? "" : ` AND city = ${quoted(city)}`;
}
