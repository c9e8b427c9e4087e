//! A cell without any change: every digit, every fraction of a second.
import type { Cell } from "../../api/rows.ts";

/** The text of a cell as the server sent it; that of a float is the shortest that reads back as the same float. */
export function exactText(cell: Exclude<Cell, null>): string {
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
