//! What the page of one KPI asks.
import { quoted } from "../../api/sql.ts";
import { comparedWith, dateIn, shift, SPARK_BUCKETS } from "../../kpis/buckets.ts";
import { RELATIONS } from "../../kpis/queries.ts";
import type { Grain, Kpi } from "../../kpis/catalogue.ts";
import { GROUP_FIGURES } from "../../kpis/queries.ts";
import type { Looking } from "./looking.ts";

/** So many months, where those are looked at, or else days the table of forwarders covers: its relation has days. */
export const FORWARDER_SPANS: Record<Grain, number> = { hour: 2, day: 28, month: 12 };

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

/** Days, both included. */
export interface Days {
  first: string;
  last: string;
}

/** The days that the table of forwarders covers: whole months, or those up to the day that is looked at. */
export function forwarderDays({ grain, until, zone }: Pick<Looking, "grain" | "until" | "zone">): Days {
  const span = FORWARDER_SPANS[grain];
  if (grain === "month") {
    return { first: shift(until, grain, 1 - span), last: shift(shift(until, grain, 1), "day", -1) };
  }
  const last = grain === "hour" ? dateIn(zone, Date.parse(until)) : until;
  return { first: shift(last, "day", 1 - span), last };
}

/** Its figures by forwarder over some days. */
export function forwardersSql(kpi: Kpi, city: string, days: Days): string {
  return (
    `SELECT forwarder, ${GROUP_FIGURES}, sum(denominator) AS divided\nFROM kpi_daily_by_forwarder\n` +
    `WHERE ${ofDays(kpi, days)}${ofCity(city)}\nGROUP BY forwarder\nORDER BY forwarder`
  );
}

/** A forwarder's figures by day; null is what has none. */
export function forwarderCourseSql(kpi: Kpi, city: string, days: Days, forwarder: string | null): string {
  const ofForwarder = forwarder === null ? "forwarder IS NULL" : `forwarder = ${quoted(forwarder)}`;
  return (
    `SELECT bucket, ${GROUP_FIGURES}\nFROM kpi_daily_by_forwarder\n` +
    `WHERE ${ofDays(kpi, days)}${ofCity(city)}\n  AND ${ofForwarder}\nGROUP BY bucket\nORDER BY bucket`
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

function ofDays({ kpi }: Kpi, { first, last }: Days): string {
  return `kpi = ${quoted(kpi)} AND bucket BETWEEN ${quoted(first)} AND ${quoted(last)}`;
}

function ofCity(city: string): string {
  return city === "" ? "" : ` AND city = ${quoted(city)}`;
}
