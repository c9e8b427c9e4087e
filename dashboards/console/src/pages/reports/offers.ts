//! What the form offers: relations and columns of the catalogue, and what each type of column can do.
import type { Rows } from "../../api/rows.ts";

export interface CatalogueColumn {
  name: string;
  /** PostgreSQL's name of the type. */
  type: string;
  meaning: string;
}

/** Columns by relation. */
export type Relations = Map<string, CatalogueColumn[]>;

export const RELATIONS_SQL = "SELECT relation, name, type, meaning FROM relation_columns ORDER BY relation, position";

export function relationsOf({ rows }: Rows): Relations {
  const relations: Relations = new Map();
  for (const [relation, name, type, meaning] of rows) {
    const columns = relations.get(String(relation)) ?? [];
    columns.push({ name: String(name), type: String(type), meaning: String(meaning ?? "") });
    relations.set(String(relation), columns);
  }
  return relations;
}

/** What a column holds, as far as the form cares. */
export type Holds = "number" | "date" | "instant" | "boolean" | "text" | "other";

export function holdsOf(type: string | undefined): Holds {
  if (type === undefined) return "text";
  if (/^(smallint|integer|int\d?|bigint|numeric|decimal|real|double)/.test(type)) return "number";
  if (type === "date") return "date";
  if (type.startsWith("timestamp")) return "instant";
  if (type === "boolean" || type === "bool") return "boolean";
  return type === "text" || type.startsWith("character") ? "text" : "other";
}

const COMPARED = ["less", "at_most", "greater", "at_least", "between"];

/** The conditions that suit a column; months are text, so a period suits text as well. */
export function operatorsOf(holds: Holds): string[] {
  switch (holds) {
    case "number": return ["equals", "not_equals", ...COMPARED, "in", "not_in", "is_empty", "is_not_empty"];
    case "date":
    case "instant": return ["in_period", "equals", "not_equals", ...COMPARED, "in", "not_in", "is_empty", "is_not_empty"];
    case "boolean": return ["equals", "not_equals", "is_empty", "is_not_empty"];
    case "text": return ["equals", "not_equals", "in", "not_in", "contains", "starts_with", ...COMPARED, "in_period", "is_empty", "is_not_empty"];
    default: return ["is_empty", "is_not_empty"];
  }
}

/** The functions that suit a column; `count` and `ratio` have none. */
export function columnsFor(aggregation: string, columns: CatalogueColumn[]): CatalogueColumn[] {
  const suits = (holds: Holds) => {
    if (aggregation === "count_distinct") return holds !== "other";
    if (aggregation === "min" || aggregation === "max") return holds !== "other" && holds !== "boolean";
    return holds === "number";
  };
  return columns.filter(({ type }) => suits(holdsOf(type)));
}

/** What a condition wants beside its column. */
export function wants(operator: string): "value" | "two" | "list" | "period" | "nothing" {
  switch (operator) {
    case "between": return "two";
    case "in":
    case "not_in": return "list";
    case "in_period": return "period";
    case "is_empty":
    case "is_not_empty": return "nothing";
    default: return "value";
  }
}
