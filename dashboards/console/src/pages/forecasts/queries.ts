//! What the page asks.
import { quoted } from "../../api/sql.ts";
import type { Series } from "./series.ts";

export type Grain = "hour" | "day";

/** A series of forecasts: of a city or of all together, perhaps of one forwarder. */
export interface Choice {
  series: string;
  grain: Grain;
  /** Empty for all cities together. */
  city: string;
  /** Empty for all forwarders together. */
  forwarder: string;
}

/** Days and hours of history that are drawn before a forecast. */
const PAST = { day: "56 days", hour: "7 days" };

/** Which series are foretold, by grain and forwarder: what can be chosen. */
export const CHOICES_SQL = "SELECT DISTINCT series, grain, forwarder FROM latest_forecasts ORDER BY series, grain, forwarder";

/** The newest forecast of a choice, a row a step. */
export function outlookSql(choice: Choice): string {
  return `SELECT horizon_at, mean, lower80, upper80, lower95, upper95, model, made_at, mape_backtest, mase_backtest
FROM latest_forecasts WHERE ${conditionOf(choice)} ORDER BY horizon_at`;
}

/** What came before it and since: time and value. Parts are added up where a KPI allows that. */
export function historySql(choice: Choice, of: Pick<Series, "isSum">): string {
  const { series, grain, city, forwarder } = choice;
  const value = of.isSum ? "sum(numerator)" : "sum(numerator) / nullif(sum(denominator), 0)";
  const relation = forwarder !== "" ? "kpi_daily_by_forwarder" : grain === "day" ? "kpi_daily" : "kpi_hourly";
  const start = grain === "day" ? `CAST(now() - INTERVAL '${PAST.day}' AS DATE)` : `now() - INTERVAL '${PAST.hour}'`;
  const conditions = [`kpi = ${quoted(series)}`, `bucket >= ${start}`];
  if (city !== "") conditions.push(`city = ${quoted(city)}`);
  if (forwarder !== "") conditions.push(`forwarder = ${quoted(forwarder)}`);
  return `SELECT bucket, CAST(${value} AS DOUBLE) AS value FROM ${relation}\nWHERE ${conditions.join(" AND ")} GROUP BY bucket ORDER BY bucket`;
}

/** The same of what is used of services and storage, which is no KPI. */
export function usedSql({ series, city }: Choice): string {
  const conditions = [`series = ${quoted(series)}`, `day >= CAST(now() - INTERVAL '${PAST.day}' AS DATE)`];
  if (city !== "") conditions.push(`city = ${quoted(city)}`);
  return `SELECT day, sum(value) AS value FROM used_days\nWHERE ${conditions.join(" AND ")} GROUP BY day ORDER BY day`;
}

function conditionOf({ series, grain, city, forwarder }: Choice): string {
  const part = (name: string, value: string) => (value === "" ? `${name} IS NULL` : `${name} = ${quoted(value)}`);
  return [`series = ${quoted(series)}`, `grain = ${quoted(grain)}`, part("city", city), part("forwarder", forwarder)].join(" AND ");
}

/** How good past forecasts were, by series, step, city and forwarder; what holds for all together first. */
export function scoresSql(city: string): string {
  return `SELECT series, grain, city, forwarder, count(*) AS steps, avg(ape) AS mape, avg(error) AS bias,
  avg(CASE WHEN covered80 THEN 1.0 ELSE 0.0 END) AS inside80, avg(CASE WHEN covered95 THEN 1.0 ELSE 0.0 END) AS inside95
FROM forecast_scores${city === "" ? "" : ` WHERE city = ${quoted(city)}`} GROUP BY 1, 2, 3, 4
ORDER BY series, grain, city NULLS FIRST, forwarder NULLS FIRST`;
}

/** Which forecasts of a choice have steps that are over, the newest first. */
export function pastSql(choice: Choice): string {
  return `SELECT DISTINCT made_at FROM forecast_scores WHERE ${conditionOf(choice)} ORDER BY made_at DESC LIMIT 60`;
}

/** One past forecast beside what came. */
export function scoredSql(choice: Choice, madeAt: string): string {
  return `SELECT ${choice.grain === "day" ? "day" : "horizon_at"} AS at, actual, mean, lower80, upper80, lower95, upper95
FROM forecast_scores WHERE ${conditionOf(choice)} AND made_at = TIMESTAMPTZ ${quoted(madeAt)} ORDER BY 1`;
}

/** What will not suffice, the worst first; unit and bounds of the time stand behind what is shown. */
export function capacitySql(city: string): string {
  const where = city === "" ? "" : ` WHERE city = ${quoted(city)} OR city IS NULL`;
  return `SELECT status, resource, city, figure, available, at, probability, confidence, reason, category, unit, earliest, latest
FROM capacity${where}
ORDER BY CASE status WHEN 'act' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END, at NULLS LAST, resource, city NULLS FIRST, available`;
}

export const EXPERIMENTS_SQL = "SELECT * FROM experiments ORDER BY experiment, variant, role, metric";
