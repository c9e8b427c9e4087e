//! The history keeps what was asked, newest first, and finds it again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findRuns, RUNS_MAX, runsFrom, SQL_CHARS_MAX, withRun } from "./history.ts";
import type { Run } from "./history.ts";

const run = (sql: string, change: Partial<Run> = {}): Run => (
  { sql, startedAt: 1_800_000_000_000, ms: 12.5, numRows: 3, outcome: "done", ...change }
);

test("the newest run stands first, and a repeat replaces the run before it", () => {
  const runs = [run("a"), run("b"), run("b", { numRows: 4 }), run("a")].reduce(withRun, []);
  assert.deepEqual(runs.map(({ sql, numRows }) => [sql, numRows]), [["a", 3], ["b", 4], ["a", 3]]);
});

test("no more runs are kept than said, and no part of a text stands for the whole", () => {
  const many = Array.from({ length: RUNS_MAX + 5 }, (_, at) => run(`SELECT ${at}`)).reduce(withRun, []);
  assert.equal(many.length, RUNS_MAX);
  assert.equal(many[0]!.sql, `SELECT ${RUNS_MAX + 4}`);
  assert.deepEqual(withRun([], run("x".repeat(SQL_CHARS_MAX + 1))), []);
});

test("a search finds runs by each of its words, in the text or the outcome, whatever the case", () => {
  const runs = [run("SELECT city FROM invoices"), run("SELECT 1/0", { outcome: "failed", error: "invalid_value" })];
  assert.deepEqual(findRuns(runs, "INVOICES city"), [runs[0]]);
  assert.deepEqual(findRuns(runs, "failed"), [runs[1]]);
  assert.deepEqual(findRuns(runs, "invoices failed"), []);
  assert.deepEqual(findRuns(runs, "  "), runs);
});

test("what was kept comes back, and what is no run is left out", () => {
  const kept = [run("a", { outcome: "cut" }), { sql: 1 }, { ...run("b"), outcome: "lost" }, { ...run("c"), ms: null }];
  assert.deepEqual(runsFrom(JSON.parse(JSON.stringify(kept))), [kept[0]]);
  assert.deepEqual(runsFrom("x"), []);
});
