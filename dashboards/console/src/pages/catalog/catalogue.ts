//! What there is to ask about, as the server describes it: relations, their columns, KPIs and where each comes from.
//! Read once and shared by the catalogue's page and the editor's completion.
import { objects, query } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { readKpi } from "../../kpis/catalogue.ts";
import type { Kpi } from "../../kpis/catalogue.ts";

/** A column and what it means. */
export interface ColumnMeaning {
  name: string;
  type: string;
  meaning: string;
}

/** A relation that SQL can name. */
export interface Relation {
  name: string;
  kind: "table" | "view" | "system";
  meaning: string;
  columns: ColumnMeaning[];
}

/** What a KPI or a relation may come from, down to the topic of its events. */
export type SourceKind = "kpi" | "view" | "table" | "system" | "stream" | "topic";

/** One step of lineage: `name` comes from `source`, of which it reads `columns`; none where all of it is read. */
export interface Edge {
  kind: SourceKind;
  name: string;
  sourceKind: SourceKind;
  source: string;
  columns: string;
}

/** All of it, in the server's order. */
export interface Catalogue {
  relations: Relation[];
  kpis: Kpi[];
  edges: Edge[];
}

/** The steps that the catalogue knows, and from streams on those that were seen: topics, and files as if they were one. */
const LINEAGE_SQL = `SELECT kind, name, source_kind, source, columns FROM lineage
UNION ALL
SELECT DISTINCT 'stream', stream, 'topic', CASE WHEN topic LIKE 'file:%' THEN 'file:*' ELSE topic END, NULL
FROM ingest_partitions WHERE table_name <> 'dead_letters'
ORDER BY 1, 2, 3, 4`;

let shared: Promise<Catalogue> | undefined;

/** The catalogue; asked for once a page load, and again after a failure or where it is wanted fresh. */
export function readCatalogue({ fresh = false } = {}): Promise<Catalogue> {
  if (shared === undefined || fresh) {
    const asked = askCatalogue();
    asked.catch(() => {
      if (shared === asked) shared = undefined;
    });
    shared = asked;
  }
  return shared;
}

async function askCatalogue(): Promise<Catalogue> {
  const [relations, columns, kpis, edges] = await Promise.all([
    query("SELECT relation, kind, meaning FROM relations ORDER BY relation"),
    query("SELECT relation, name, type, meaning FROM relation_columns ORDER BY relation, position"),
    query("SELECT * FROM kpis ORDER BY kpi"),
    query(LINEAGE_SQL),
  ]);
  const columnsOf = groupColumns(columns.rows);
  return {
    relations: relations.rows.map(([name, kind, meaning]) => ({
      name: text(name),
      kind: text(kind) as Relation["kind"],
      meaning: text(meaning),
      columns: columnsOf.get(text(name)) ?? [],
    })),
    kpis: objects(kpis).map(readKpi),
    edges: edges.rows.map(([kind, name, sourceKind, source, columns]) => ({
      kind: text(kind) as SourceKind,
      name: text(name),
      sourceKind: text(sourceKind) as SourceKind,
      source: text(source),
      columns: text(columns),
    })),
  };
}

function groupColumns(rows: Cell[][]): Map<string, ColumnMeaning[]> {
  const byRelation = new Map<string, ColumnMeaning[]>();
  for (const [relation, name, type, meaning] of rows) {
    const columns = byRelation.get(text(relation)) ?? [];
    columns.push({ name: text(name), type: text(type), meaning: text(meaning) });
    byRelation.set(text(relation), columns);
  }
  return byRelation;
}

function text(cell: Cell | undefined): string {
  return cell === null || cell === undefined ? "" : String(cell);
}
