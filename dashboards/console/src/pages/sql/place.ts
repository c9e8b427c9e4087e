//! Where in the text an error of the server belongs: a range of characters, so that the editor can underline it.

import type { ApiError } from "../../api/errors.ts";

/** A range of the text, in UTF-16 units, `to` excluded. */
export interface Place {
  from: number;
  to: number;
}

/** What of an error tells its place. */
export type Complaint = Pick<ApiError, "code" | "message">;

/** Finds the place in the text that was sent; null where the message names none. */
export function placeOf(error: Complaint, sql: string): Place | null {
  return placeByLine(error.message, sql) ?? placeByName(error.message, sql);
}

/** The parser names lines and columns, both from 1, columns in characters. */
function placeByLine(message: string, sql: string): Place | null {
  const named = /at Line: (\d+), Column: (\d+)/.exec(message);
  if (!named) return atEnd(message, sql);
  const lines = sql.split("\n");
  const line = Number(named[1]) - 1;
  const text = lines[line];
  if (text === undefined) return null;
  const before = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
  const column = [...text].slice(0, Number(named[2]) - 1).join("").length;
  const word = /^[\p{L}\p{N}_]+/u.exec(text.slice(column))?.[0].length ?? 1;
  const from = Math.min(before + column, Math.max(0, sql.length - 1));
  return { from, to: Math.min(sql.length, from + word) };
}

/** The text stopped where more was expected. */
function atEnd(message: string, sql: string): Place | null {
  const length = sql.trimEnd().length;
  return message.endsWith("found: EOF") && length > 0 ? { from: length - 1, to: length } : null;
}

/** Unknown columns, tables, functions and values are quoted; the first place where the text has them is taken. */
function placeByName(message: string, sql: string): Place | null {
  const quoted = /"([^"]+)"|'([^']+)'/.exec(message);
  const name = quoted?.[1] ?? quoted?.[2];
  if (name === undefined) return null;
  const last = name.split(".").at(-1)!;
  return wordIn(sql, name) ?? wordIn(sql, last);
}

function wordIn(sql: string, name: string): Place | null {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, "iu").exec(sql);
  return found && { from: found.index, to: found.index + found[0].length };
}
