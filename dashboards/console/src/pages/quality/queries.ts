//! What the page of data quality asks.
import { RELATIONS } from "../../kpis/queries.ts";
import { GROUP_FIGURES } from "../../kpis/queries.ts";
import { shift } from "../../kpis/buckets.ts";
import { quoted } from "../../api/sql.ts";

/** Rows of one relation that are shown. */
const ROWS_MAX = 1_000;

/** So many days back a city's newest figure is looked for. */
const DAYS_BACK = 7;

/** The relations about data quality that this server has. */
export const VIEWS_SQL = `SELECT table_name
FROM information_schema.tables
WHERE table_schema = 'public' AND table_name LIKE 'quality%'
ORDER BY table_name`;

/** The order in which a record meets what the relations look at; others of theirs come after. */
const ORDER = [
  "volumes",
  "producers",
  "members",
  "refusals",
  "values",
  "delays",
  "repeats",
  "extras",
  "partitions",
].map((name) => `quality_${name}`);

export function inOrder(views: string[]): string[] {
  return [...ORDER.filter((view) => views.includes(view)), ...views.filter((view) => !ORDER.includes(view))];
}

/** The summary that the others lead to. */
export const SUMMARY = "quality_status";

export const SUMMARY_SQL = `SELECT stream, aspect, share, findings, status, reason
FROM ${SUMMARY}
ORDER BY stream, aspect`;

/** A relation's rows; where it says what is well, only the others if so wished. */
export function viewSql(view: string, onlyFindings: boolean): string {
  const condition = onlyFindings ? "\nWHERE status <> 'ok'" : "";
  return `SELECT *\nFROM "${view.replaceAll('"', '""')}"${condition}\nLIMIT ${ROWS_MAX}`;
}

/** Figures of these KPIs by city in the days up to one. */
export function citiesSql(kpis: string[], untilDay: string): string {
  const first = shift(untilDay, "day", 1 - DAYS_BACK);
  return (
    `SELECT kpi, city, bucket, ${GROUP_FIGURES}\nFROM ${RELATIONS.day}\n` +
    `WHERE kpi IN (${kpis.map(quoted).join(", ")}) AND bucket BETWEEN ${quoted(first)} AND ${quoted(untilDay)}\n` +
    `GROUP BY kpi, city, bucket\nORDER BY city, bucket`
  );
}
