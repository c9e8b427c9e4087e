//! Columns of tables as pages mostly need them: what is missing is a dash, and times are in the reader's zone.
import type { ComponentChildren } from "preact";
import type { Cell } from "../api/rows.ts";
import { NO_VALUE } from "../format/numbers.ts";
import type { TableColumn } from "./Table.tsx";

type Show = (cell: Cell, row: Cell[]) => ComponentChildren;

/** Text, drawn by `show` where it is given; a dash where there is none. */
export function textColumn(name: string, title: string, show: Show = String): TableColumn {
  return { name, title, type: "text", show: orDash(show) };
}

/** An instant in the reader's zone. */
export function instantColumn(name: string, title: string, format: (instant: string) => string): TableColumn {
  return { name, title, type: "timestamp with time zone", show: orDash((cell) => format(String(cell))) };
}

/** A number of a unit of the catalogue, right-aligned. */
export function unitColumn(name: string, title: string, unit: string): TableColumn {
  return { name, title, type: "numeric", unit };
}

/** A number that is drawn by `show`, right-aligned, and sorted by its value. */
export function numberColumn(name: string, title: string, show: Show): TableColumn {
  return { name, title, type: "numeric", show: orDash(show) };
}

function orDash(show: Show): Show {
  return (cell, row) => (cell === null || cell === "" ? NO_VALUE : show(cell, row));
}
