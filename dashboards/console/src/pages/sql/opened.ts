//! What this browser keeps of the page: the open tabs, what was asked, and how answers are shown.
import { createStore } from "../../store.ts";
import { runsFrom, withRun } from "./history.ts";
import type { Run } from "./history.ts";
import { keep, readKept } from "./kept.ts";
import { tabsFrom } from "./tabs.ts";
import type { Tabs } from "./tabs.ts";

const TABS = "tidemark.sql.tabs";
const RUNS = "tidemark.sql.runs";
const ROWS_MAX = "tidemark.sql.rows-max";

/** Rows that an answer shows before anybody lifts the guard. */
export const ROWS_MAX_AT_FIRST = 10_000;

/** The open tabs. */
export const opened = createStore<Tabs>(tabsFrom(readKept(TABS)));

/** What was asked, newest first. */
export const asked = createStore<Run[]>(runsFrom(readKept(RUNS)));

/** Rows after which an answer is cut; infinite where nobody wants it cut. */
export const rowsMax = createStore<number>(rowsMaxFrom(readKept(ROWS_MAX)));

export function changeTabs(change: (all: Tabs) => Tabs): void {
  opened.set(change(opened.get()));
  keep(TABS, opened.get());
}

export function recordRun(run: Run): void {
  asked.set(withRun(asked.get(), run));
  keep(RUNS, asked.get());
}

export function forgetRuns(): void {
  asked.set([]);
  keep(RUNS, []);
}

export function chooseRowsMax(rows: number): void {
  rowsMax.set(rows);
  // JSON has no infinity.
  keep(ROWS_MAX, Number.isFinite(rows) ? rows : "none");
}

function rowsMaxFrom(kept: unknown): number {
  if (kept === "none") return Infinity;
  return typeof kept === "number" && kept > 0 ? kept : ROWS_MAX_AT_FIRST;
}
