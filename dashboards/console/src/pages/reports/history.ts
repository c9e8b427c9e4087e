//! The relations of saved reports and their runs, as the page shows them.
import { objects } from "../../api/rows.ts";
import type { Rows } from "../../api/rows.ts";

/** Columns that a list has no room for: the form shows the document, and problems stand apart. */
const LEFT_OUT = ["document", "note", "problem"];

/** A definition of which no run can come. */
export interface Faulty {
  name: string;
  /** Why, in the server's words. */
  problem: string;
  /** Whether there is a definition that its form can show and mend; a file may hold none. */
  isReadable: boolean;
}

/**
 * The definitions that a form can show, and all that have a problem. A server whose relation has no column `problem`
 * names none.
 */
export function partDefinitions(rows: Rows): { readable: Rows; faulty: Faulty[] } {
  const faulty = objects(rows).filter((row) => (row["problem"] ?? "") !== "").map((row) => ({
    name: String(row["name"]), problem: String(row["problem"]), isReadable: (row["document"] ?? "") !== "",
  }));
  const unreadable = new Set(faulty.filter(({ isReadable }) => !isReadable).map(({ name }) => name));
  const nameAt = rows.columns.findIndex(({ name }) => name === "name");
  return { readable: { ...rows, rows: rows.rows.filter((row) => !unreadable.has(String(row[nameAt]))) }, faulty };
}

/** The rows with the named columns first, in that order, and without what is left out. */
export function shownColumns({ columns, rows }: Rows, leading: string[]): Rows {
  const placeOf = (at: number) => (leading.indexOf(columns[at]!.name) + 1 || leading.length + 1);
  const places = columns.map((_, at) => at).filter((at) => !LEFT_OUT.includes(columns[at]!.name));
  places.sort((one, other) => placeOf(one) - placeOf(other) || one - other);
  return { columns: places.map((at) => columns[at]!), rows: rows.map((row) => places.map((at) => row[at] ?? null)) };
}

/** The runs of one report. */
export function ofReport({ columns, rows }: Rows, name: string): Rows {
  const at = columns.findIndex((column) => column.name === "name");
  return { columns, rows: rows.filter((row) => row[at] === name) };
}

/** Rows by their first instant, the newest first. */
export function newestFirst({ columns, rows }: Rows): Rows {
  const at = columns.findIndex((column) => column.type.startsWith("timestamp"));
  if (at < 0) return { columns, rows };
  return { columns, rows: [...rows].sort((one, other) => (String(one[at]) < String(other[at]) ? 1 : -1)) };
}
