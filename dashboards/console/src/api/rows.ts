//! SQL over HTTP: rows as they stream in, or all of them at once.
//!
//! The answer is a line of columns, a line a row, and a last line with the number of rows.
//! 64-bit integers and decimals are strings, so that no digit is lost on the way.
import { takeAhead } from "./ahead.ts";
import { ApiError } from "./errors.ts";
import { readLines } from "./lines.ts";
import { open } from "./request.ts";
import { ROWS_PATH } from "./sql.ts";

export interface Column {
  name: string;
  /** PostgreSQL's name of the type, e.g. `numeric(38,9)`. */
  type: string;
}

export type Cell = string | number | boolean | null | object;

export interface Rows {
  columns: Column[];
  rows: Cell[][];
}

export interface StreamReaders {
  onColumns(columns: Column[]): void;
  /** Called with the rows of each chunk, in order. */
  onRows(rows: Cell[][]): void;
  signal?: AbortSignal;
}

/** What a stream says at its end. */
export interface Streamed {
  rows: number;
  /** Milliseconds from the question to the last row. */
  ms: number;
}

/** Streams an answer. Aborting the signal cancels the query on the server. */
export function stream(sql: string, readers: StreamReaders): Promise<Streamed> {
  return streamAt(ROWS_PATH, { sql }, readers);
}

/** A line that is no row: the columns before all rows, their number after them, or why they end. */
interface Framing {
  columns?: Column[];
  rows?: number;
  error?: { code: string; message: string; hint?: string };
}

/** Streams what another address answers to a JSON body in the same form. */
async function streamAt(path: string, json: unknown, { onColumns, onRows, signal }: StreamReaders): Promise<Streamed> {
  const startedAt = performance.now();
  const response = await (takeAhead(path, json) ?? open(path, { method: "POST", json, signal }));
  let columnsSeen = false;
  let numRows: number | undefined;
  if (response.body === null) throw brokenOff();
  await readLines(response.body, (lines) => {
    const rows: Cell[][] = [];
    // One call for all lines at hand is several times as fast as a call a line.
    for (const parsed of JSON.parse(`[${lines.join(",")}]`) as (Cell[] | Framing)[]) {
      if (Array.isArray(parsed)) {
        rows.push(parsed);
      } else if (parsed.error) {
        throw new ApiError(parsed.error.code, parsed.error.message, parsed.error.hint ?? "", response.status);
      } else if (columnsSeen) {
        numRows = Number(parsed.rows);
      } else {
        onColumns(parsed.columns ?? []);
        columnsSeen = true;
      }
    }
    if (rows.length > 0) onRows(rows);
  });
  if (numRows === undefined) throw brokenOff();
  return { rows: numRows, ms: performance.now() - startedAt };
}

/** The whole answer to a question. */
export function query(sql: string, signal?: AbortSignal): Promise<Rows> {
  return queryAt(ROWS_PATH, { sql }, signal);
}

/** The whole answer of another address that answers in the same form. */
export async function queryAt(path: string, json: unknown, signal?: AbortSignal): Promise<Rows> {
  const answer: Rows = { columns: [], rows: [] };
  await streamAt(path, json, {
    onColumns: (columns) => {
      answer.columns = columns;
    },
    onRows: (rows) => {
      for (const row of rows) answer.rows.push(row);
    },
    signal,
  });
  return answer;
}

/** Rows as objects by column name. */
export function objects(rows: Rows): Record<string, Cell>[] {
  const names = rows.columns.map((column) => column.name);
  return rows.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
}

function brokenOff(): ApiError {
  return new ApiError("broken_off", "the answer broke off before its end", "", 0);
}
