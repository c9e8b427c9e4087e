//! The relations of saved reports and their runs, as the page shows them.
import type { Rows } from "../../api/rows.ts";

/** Columns that a list has no room for: the form shows the document. */
const LEFT_OUT = ["document", "note", "files"];

/** The rows with the named column first and without what is left out. */
export function shownColumns({ columns, rows }: Rows, first: string): Rows {
  const places = columns.map((_, at) => at).filter((at) => !LEFT_OUT.includes(columns[at]!.name));
  places.sort((one, other) => Number(columns[other]!.name === first) - Number(columns[one]!.name === first) || one - other);
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
