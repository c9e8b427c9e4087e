//! What the page asks.
import { quoted } from "../../api/sql.ts";

export interface FeedbackFilters {
  type: string;
  advice: string;
  forwarder: string;
  field: string;
  rule: string;
}

/** How many messages there are of each kind and advice. */
export const COUNTS_SQL = `SELECT type, advice, count(*) AS num, count(*) FILTER (WHERE published_at IS NULL) AS waiting
FROM rule_feedback GROUP BY 1, 2 ORDER BY 1, 2`;

/** Forwarders and fields that messages are of: what can be chosen, of readings too. Asking those would take seconds. */
export const SUBJECTS_SQL = "SELECT DISTINCT forwarder, field FROM rule_feedback ORDER BY 1, 2";

const LIST_MAX = 1_000;

/** Messages, the newest first; the id and what else is not shown stands behind. */
export function feedbackSql({ rule, ...equal }: FeedbackFilters): string {
  const conditions = equalities(equal);
  if (rule !== "") conditions.push(`strpos(lower(rule_id), ${quoted(rule.toLowerCase())}) > 0`);
  return `SELECT type, advice, rule_id, rule_version, forwarder, field, accuracy_before, accuracy, samples, published_at, made_at, reason, message_id
FROM rule_feedback${where(conditions)}
ORDER BY made_at DESC, message_id LIMIT ${LIST_MAX}`;
}

/** Where the id stands in a row of the list. */
export const ID_PLACE = 12;

export function messageSql(id: string): string {
  return `SELECT * FROM rule_feedback WHERE message_id = ${quoted(id)}`;
}

export interface StandingFilters {
  forwarder: string;
  field: string;
}

/** Forwarders and fields of what stands somehow. */
export const STANDING_SUBJECTS_SQL = "SELECT forwarder, field FROM rules_watched UNION SELECT forwarder, field FROM rule_patterns";

/** Versions under watch, the newest first; the evidence that proves a drop stands behind. */
export function watchedSql(filters: StandingFilters): string {
  return `SELECT rule_id, rule_version, state, forwarder, field, samples_before, accuracy_before, samples, accuracy, evidence,
  invoices_still_needed, watch_ends_at, reason, evidence_needed
FROM rules_watched${where(equalities(filters))}
ORDER BY promoted_at DESC, rule_id, rule_version LIMIT ${LIST_MAX}`;
}

/** Patterns of corrections: those that collect, by how close they are to a suggestion, then the ripe ones. The id of its message stands behind. */
export function patternsSql(filters: StandingFilters): string {
  return `SELECT forwarder, field, pattern, state, users, users_still_needed, corrections, since_at, message_id
FROM rule_patterns LEFT JOIN (SELECT message_id FROM rule_feedback) told ON message_id = suggestion_id${where(equalities(filters))}
ORDER BY state, users DESC, since_at DESC, suggestion_id LIMIT ${LIST_MAX}`;
}

function where(conditions: string[]): string {
  return conditions.length === 0 ? "" : `\nWHERE ${conditions.join(" AND ")}`;
}

export type Dimension = "version" | "forwarder" | "field" | "city" | "layer";

export const DIMENSIONS: Dimension[] = ["version", "forwarder", "field", "city", "layer"];

export interface AccuracyFilters {
  by: Dimension;
  days: number;
  /** Fewest readings of a row. */
  least: number;
  /** Part of a rule's id; empty for all. */
  rule: string;
  city: string;
  forwarder: string;
  field: string;
}

const COLUMNS: Record<Dimension, string[]> = {
  version: ["rule_id", "rule_version"], forwarder: ["forwarder"], field: ["field"], city: ["city"], layer: ["layer"],
};

/** The columns that a row of accuracy is named by. */
export function keysOf(by: Dimension): string[] {
  return COLUMNS[by];
}

/** Wilson's score interval at 95 % of a share of sums, as rule_accuracy has it of a day (Wilson 1927). */
const WILSON = (sign: "-" | "+") => `(p + 1.9208 / n ${sign} 1.96 * sqrt(p * (1 - p) / n + 0.9604 / (n * n))) / (1 + 3.8416 / n)`;

const JUDGED = `greatest(0.0, ${WILSON("-")}) AS low, least(1.0, ${WILSON("+")}) AS high`;

/** Accuracy by a dimension over the last days, the least accurate first. */
export function accuracySql(filters: AccuracyFilters): string {
  const keys = keysOf(filters.by).join(", ");
  return `SELECT ${keys}, n, correct, p, ${JUDGED}
FROM (SELECT ${keys}, CAST(sum(samples) AS DOUBLE) AS n, sum(correct) AS correct, CAST(sum(correct) AS DOUBLE) / sum(samples) AS p
  FROM rule_accuracy WHERE ${conditionsOf(filters).join(" AND ")} GROUP BY ${keys} HAVING sum(samples) >= ${filters.least}) s
ORDER BY p, n DESC, ${keys} LIMIT 2000`;
}

/** Accuracy of one row of the table, a day a row. */
export function overTimeSql(filters: AccuracyFilters, key: string[]): string {
  const of = keysOf(filters.by).map((name, at) => `${name} = ${quoted(key[at] ?? "")}`);
  return `SELECT day, p, ${JUDGED}
FROM (SELECT CAST(window_start AS DATE) AS day, CAST(sum(samples) AS DOUBLE) AS n, CAST(sum(correct) AS DOUBLE) / sum(samples) AS p
  FROM rule_accuracy WHERE ${[...conditionsOf({ ...filters, rule: "" }), ...of].join(" AND ")} GROUP BY 1) s
ORDER BY day`;
}

function conditionsOf({ days, rule, city, forwarder, field }: AccuracyFilters): string[] {
  const conditions = [`window_start >= date_trunc('day', now()) - INTERVAL '${days} days'`];
  if (rule !== "") conditions.push(`strpos(lower(rule_id), ${quoted(rule.toLowerCase())}) > 0`);
  return [...conditions, ...equalities({ city, forwarder, field })];
}

/** A condition for each value that is chosen. */
function equalities(values: object): string[] {
  return Object.entries(values).filter(([, value]) => value !== "").map(([name, value]) => `${name} = ${quoted(value)}`);
}
