//! What a cell says: by its column's own words, its unit or its type.
import type { Cell } from "../../api/rows.ts";
import { formatCell, formatValue } from "../../format/numbers.ts";
import type { Language } from "../../words/index.ts";
import type { TableColumn } from "../Table.tsx";

/** The text of a cell that has a value. */
export function textOf(cell: Exclude<Cell, null>, column: TableColumn, language: Language, zone: string): string {
  if (column.text) return column.text(cell);
  if (column.unit) return formatValue(cell as string, column.unit, language);
  return formatCell(cell, column, language, zone);
}
