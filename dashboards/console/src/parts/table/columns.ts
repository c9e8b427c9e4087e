//! How a table's columns look. Widths of a virtual table are fixed from its first rows, so that they
//! do not jump while it scrolls.
import type { Cell } from "../../api/rows.ts";
import { isNumeric } from "../../format/numbers.ts";
import type { Language } from "../../words/index.ts";
import type { TableColumn } from "../Table.tsx";
import { textOf } from "./text.ts";

/** So many rows are looked at. */
const SAMPLE_ROWS = 60;

/** Bounds of a column, in characters. */
const WIDTH_MIN = 6;
const WIDTH_MAX = 48;

/** Room for the margins of a cell and for the sign of sorting, in characters. */
const MARGIN = 4;

/** Whether a column stands at the right. */
export function isAtEnd(column: TableColumn): boolean {
  return column.atEnd ?? (isNumeric(column) || column.unit !== undefined);
}

export function columnWidths(columns: TableColumn[], rows: Cell[][], language: Language, zone: string): string[] {
  const sample = rows.slice(0, SAMPLE_ROWS);
  return columns.map((column, at) => {
    const texts = sample.map((row) => textOf(row[at] ?? "", column, language, zone));
    const widest = Math.max(...[column.title ?? column.name, ...texts].map(widthOf));
    return `${Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, widest)) + MARGIN}ch`;
  });
}

/** The width of a text in characters; East Asian faces take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += character > "\u2e7f" ? 2 : 1;
  return width;
}
