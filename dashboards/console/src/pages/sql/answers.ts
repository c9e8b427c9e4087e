//! The answers of the tabs: what is asked, how far it has come, how it ended. They outlive the page's being left,
//! so that somebody who looks something up in the catalogue finds the answer again.
import { asApiError, isAbort } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { stream } from "../../api/rows.ts";
import type { Cell, Column } from "../../api/rows.ts";
import { createStore } from "../../store.ts";
import type { Store } from "../../store.ts";
import type { Outcome } from "./history.ts";

/** A question on its way, or its answer. While rows come, `rows` is one growing array; at the end it is a new one. */
export interface Answer {
  sql: string;
  /** Where the asked text begins in the tab's, in UTF-16 units. */
  offset: number;
  /** When it was asked, in milliseconds since 1970. */
  startedAt: number;
  /** Rows after which it is cut; infinite where the guard is lifted. */
  rowsMax: number;
  columns: Column[];
  rows: Cell[][];
  /** How it ended; null while rows may come. */
  outcome: Outcome | null;
  /** Milliseconds from the question to its end; 0 while rows may come. */
  ms: number;
  error?: ApiError;
}

/** What is asked. */
export type Question = Pick<Answer, "sql" | "offset" | "rowsMax">;

/** How often a growing answer is shown, in milliseconds. */
const SHOWN_EVERY_MS = 100;

const answers = new Map<number, Store<Answer | null>>();
const running = new Map<number, AbortController>();

/** The answer of a tab; null where nothing was asked yet. */
export function answerOf(tab: number): Store<Answer | null> {
  let answer = answers.get(tab);
  if (!answer) {
    answer = createStore<Answer | null>(null);
    answers.set(tab, answer);
  }
  return answer;
}

/** Asks for a tab; what it asked before is cancelled. Resolves with the answer at its end, however it ends. */
export async function ask(tab: number, { sql, offset, rowsMax }: Question): Promise<Answer> {
  cancel(tab);
  const abort = new AbortController();
  running.set(tab, abort);
  const shown = answerOf(tab);
  let answer: Answer = { sql, offset, rowsMax, startedAt: Date.now(), columns: [], rows: [], outcome: null, ms: 0 };
  const startedAt = performance.now();
  const show = (change: Partial<Answer>) => {
    answer = { ...answer, ...change };
    if (running.get(tab) === abort) shown.set(answer);
  };
  show({});
  const timer = setInterval(() => show({}), SHOWN_EVERY_MS);
  const end = await readAnswer(answer, show, abort);
  clearInterval(timer);
  show({ ...end, rows: answer.rows.slice(), ms: performance.now() - startedAt });
  if (running.get(tab) === abort) running.delete(tab);
  return answer;
}

/** Cancels what a tab asks; the server stops working on it. */
export function cancel(tab: number): void {
  running.get(tab)?.abort();
}

/** Forgets a tab that was closed. */
export function forgetAnswer(tab: number): void {
  cancel(tab);
  running.delete(tab);
  answers.delete(tab);
}

async function readAnswer(
  { sql, rows, rowsMax }: Answer,
  show: (change: Partial<Answer>) => void,
  abort: AbortController,
): Promise<Pick<Answer, "outcome" | "error">> {
  let isCut = false;
  try {
    await stream(sql, {
      signal: abort.signal,
      onColumns: (columns) => show({ columns }),
      onRows: (more) => {
        for (const row of more) {
          if (rows.length === rowsMax) isCut = true;
          if (isCut) break;
          rows.push(row);
        }
        if (isCut) abort.abort();
      },
    });
    return { outcome: isCut ? "cut" : "done" };
  } catch (error) {
    if (isAbort(error)) return { outcome: isCut ? "cut" : "cancelled" };
    return { outcome: "failed", error: asApiError(error) };
  }
}
