//! Payloads of refused records: whatever was sent, as text as far as it is text.
import type { Cell } from "../../api/rows.ts";

/** More characters of a payload are not shown; the relation `dead_letters` has it whole. */
const SHOWN_MAX = 4_000;

/** Bytes written in hexadecimal, with or without PostgreSQL's `\x`, as text. */
export function textOfBytes(cell: Cell): string {
  if (cell === null) return "";
  const digits = String(cell).replace(/^\\x/, "");
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const text = new TextDecoder().decode(bytes);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
