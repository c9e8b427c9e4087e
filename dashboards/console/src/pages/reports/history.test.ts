import assert from "node:assert/strict";
import { test } from "node:test";
import { newestFirst, ofReport, shownColumns } from "./history.ts";

const ROWS = {
  columns: [{ name: "run", type: "text" }, { name: "name", type: "text" }, { name: "document", type: "text" }, { name: "at", type: "timestamp with time zone" }],
  rows: [["r1", "a", "{}", "2026-01-01T00:00:00Z"], ["r2", "b", "{}", "2026-01-03T00:00:00Z"], ["r3", "a", "{}", "2026-01-02T00:00:00Z"]],
};

test("the name comes first and documents are left out", () => {
  const { columns, rows } = shownColumns(ROWS, "name");
  assert.deepEqual(columns.map(({ name }) => name), ["name", "run", "at"]);
  assert.deepEqual(rows[0], ["a", "r1", "2026-01-01T00:00:00Z"]);
});

test("runs of one report, the newest first", () => {
  assert.deepEqual(newestFirst(ofReport(ROWS, "a")).rows.map(([run]) => run), ["r3", "r1"]);
});
