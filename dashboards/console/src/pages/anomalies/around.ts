//! The figures of a KPI around an anomaly: what was, and what the same hours or days of the four weeks before had.
import type { Rows } from "../../api/rows.ts";
import { quoted } from "../../api/sql.ts";
import type { Band, ChartPoint } from "../../parts/Chart.tsx";
import type { Kpi } from "../../kpis/catalogue.ts";
import type { Anomaly } from "./queries.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** Weeks before that say what is usual: as many as the platform's explanation looks at. */
const NUM_WEEKS = 4;

/** The clock of all cities together, as the platform's watch has it. */
const ZONE_OF_ALL = "Asia/Hong_Kong";

export type Grain = "hour" | "day";

/** A span of the KPI's series. Instants in milliseconds; days stand at midnight UTC. */
export interface Span {
  grain: Grain;
  /** The first and the last unusual step. */
  first: number;
  last: number;
  /** What is drawn: from here to there, `end` excluded. */
  start: number;
  end: number;
}

/** What is drawn around an anomaly of a KPI, by the clock of its city. */
export function spanOf({ subject, at, until }: Anomaly, zone: string | undefined, nowMs: number): Span {
  const grain: Grain = subject === "day" ? "day" : "hour";
  const step = stepOf(grain);
  const place = (instant: number) => (grain === "day" ? dayAt(instant, zone ?? ZONE_OF_ALL) : instant - (instant % step));
  const first = place(Date.parse(at));
  const last = until === null ? place(nowMs) : Math.max(first, place(Date.parse(until) - 1));
  const margin = grain === "day" ? 28 * DAY_MS : 3 * DAY_MS;
  return { grain, first, last, start: first - margin, end: Math.min(last + margin / 2, place(nowMs) + step) };
}

/** The cells of the span and of the weeks before it, a row a step: time, numerator, denominator. */
export function aroundSql({ series, city, forwarder }: Anomaly, { grain, start, end }: Span): string {
  const from = new Date(start - NUM_WEEKS * WEEK_MS).toISOString();
  const until = new Date(end).toISOString();
  const relation = grain === "hour" ? "kpi_hourly" : forwarder === null ? "kpi_daily" : "kpi_daily_by_forwarder";
  const bounds = grain === "hour"
    ? `bucket >= TIMESTAMPTZ ${quoted(from)} AND bucket < TIMESTAMPTZ ${quoted(until)}`
    : `bucket >= DATE ${quoted(from.slice(0, 10))} AND bucket < DATE ${quoted(until.slice(0, 10))}`;
  const ofCity = city === null ? "" : ` AND city = ${quoted(city)}`;
  const ofForwarder = forwarder === null ? "" : ` AND forwarder = ${quoted(forwarder)}`;
  return `SELECT bucket, sum(numerator), sum(denominator) FROM ${relation}
WHERE kpi = ${quoted(series)} AND ${bounds}${ofCity}${ofForwarder} GROUP BY bucket ORDER BY bucket`;
}

export interface Around {
  points: ChartPoint[];
  usual: Band["points"];
}

/** The chart's points: a step without a cell is 0 of what is counted, and nothing of what is a quotient. */
export function aroundOf({ rows }: Rows, kpi: Pick<Kpi, "isSum">, { grain, start, end }: Span): Around {
  const values = new Map(rows.map(([at, numerator, denominator]) => [
    Date.parse(String(at)),
    kpi.isSum ? Number(numerator) : quotient(Number(numerator), Number(denominator)),
  ]));
  const earliest = Math.min(...values.keys());
  const valueAt = (time: number) => values.get(time) ?? (kpi.isSum && time >= earliest ? 0 : null);
  const step = stepOf(grain);
  const label = (time: number) => (grain === "day" ? new Date(time).toISOString().slice(0, 10) : new Date(time).toISOString());
  const around: Around = { points: [], usual: [] };
  for (let time = start; time < end; time += step) {
    around.points.push({ at: label(time), value: valueAt(time) });
    const before = Array.from({ length: NUM_WEEKS }, (_, week) => valueAt(time - (week + 1) * WEEK_MS)).filter((value) => value !== null);
    around.usual.push({
      at: label(time),
      low: before.length === 0 ? null : Math.min(...before),
      high: before.length === 0 ? null : Math.max(...before),
    });
  }
  return around;
}

/** Only the points within the anomaly, for dots of their own. */
export function unusualPoints(points: ChartPoint[], { first, last }: Span): ChartPoint[] {
  return points.filter(({ at }) => first <= Date.parse(at) && Date.parse(at) <= last);
}

function stepOf(grain: Grain): number {
  return grain === "hour" ? HOUR_MS : DAY_MS;
}

function quotient(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}

/** Midnight UTC of the date that an instant has in a zone. */
function dayAt(instant: number, zone: string): number {
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(instant);
  return Date.parse(`${date}T00:00:00Z`);
}
