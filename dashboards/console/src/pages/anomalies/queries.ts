//! What the page asks.
import { objects } from "../../api/rows.ts";
import type { Rows } from "../../api/rows.ts";
import { quoted } from "../../api/sql.ts";

/** An anomaly as its relation has it; decimals are text. */
export interface Anomaly {
  anomaly_id: string;
  series: string;
  city: string | null;
  forwarder: string | null;
  subject: string | null;
  detected_at: string;
  at: string;
  until: string | null;
  observed: string | null;
  expected: string | null;
  lower: string | null;
  upper: string | null;
  score: number | null;
  severity: string;
  kind: string;
  explanation: string;
  money_at_risk: string | null;
  state: string;
}

/** What a list is narrowed by; empty is no condition. */
export interface Filters {
  state: string;
  severity: string;
  kind: string;
  series: string;
  city: string;
  search: string;
}

/** Stands for the states in which something may still have to be done. */
export const OPEN = "open";

const LIST_MAX = 2_000;

/** What the list shows, in its order, then the rest. */
const COLUMNS = `kind, severity, at, series, city, forwarder, observed, expected, money_at_risk, state, anomaly_id,
  subject, until, detected_at, lower, upper, score, explanation`;

/** Where the id stands in a row of the list. */
export const ID_PLACE = 10;

/** The list, the newest first. */
export function listSql(filters: Filters): string {
  const conditions = conditionsOf(filters);
  const where = conditions.length === 0 ? "" : `\nWHERE ${conditions.join(" AND ")}`;
  return `SELECT ${COLUMNS}\nFROM anomalies${where}\nORDER BY at DESC, anomaly_id LIMIT ${LIST_MAX}`;
}

function conditionsOf({ search, state, ...equal }: Filters): string[] {
  const conditions = Object.entries(equal).filter(([, value]) => value !== "").map(([name, value]) => `${name} = ${quoted(value)}`);
  if (state === OPEN) conditions.push("state IN ('new', 'acknowledged')");
  else if (state !== "") conditions.push(`state = ${quoted(state)}`);
  if (search !== "") {
    const text = "lower(concat_ws(' ', series, forwarder, subject, explanation))";
    conditions.push(`strpos(${text}, ${quoted(search.toLowerCase())}) > 0`);
  }
  return conditions;
}

/** How many there are of each state, severity, kind and series: what can be chosen. */
export function countsSql(city: string): string {
  const where = city === "" ? "" : ` WHERE city = ${quoted(city)}`;
  return `SELECT state, severity, kind, series, count(*) AS num FROM anomalies${where} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`;
}

export function oneSql(id: string): string {
  return `SELECT ${COLUMNS} FROM anomalies WHERE anomaly_id = ${quoted(id)}`;
}

/** What people said of one, the newest first. */
export function marksSql(id: string): string {
  return `SELECT marked_at, mark, marked_by, why, muted_until FROM anomaly_marks WHERE anomaly_id = ${quoted(id)} ORDER BY marked_at DESC`;
}

export function anomaliesOf(rows: Rows): Anomaly[] {
  return objects(rows) as unknown as Anomaly[];
}
