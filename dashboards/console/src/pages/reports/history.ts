//! The relations of saved reports and their runs, as the page shows them.
import type { Rows } from "../../api/rows.ts";

/** Columns that a list has no room for: the form shows the document, and definitions that cannot be read stand apart. */
const LEFT_OUT = ["document", "note", "problem"];

/** A definition that cannot be read. */
export interface Broken {
  name: string;
  /** Why, in the server's words. */
  problem: string;
}

/** Definitions, and those apart that cannot be read. A server whose relation has no column `problem` names none. */
export function partDefinitions({ columns, rows }: Rows): { sound: Rows; broken: Broken[] } {
  const [nameAt, problemAt] = ["name", "problem"].map((name) => columns.findIndex((column) => column.name === name)) as [number, number];
  const isBroken = (row: Rows["rows"][number]) => (row[problemAt] ?? "") !== "";
  return {
    sound: { columns, rows: rows.filter((row) => !isBroken(row)) },
    broken: rows.filter(isBroken).map((row) => ({ name: String(row[nameAt]), problem: String(row[problemAt]) })),
  };
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
