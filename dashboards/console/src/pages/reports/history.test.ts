import assert from "node:assert/strict";
import { test } from "node:test";
import { newestFirst, ofReport, partDefinitions, shownColumns } from "./history.ts";

const ROWS = {
  columns: [{ name: "run", type: "text" }, { name: "name", type: "text" }, { name: "document", type: "text" }, { name: "at", type: "timestamp with time zone" }],
  rows: [["r1", "a", "{}", "2026-01-01T00:00:00Z"], ["r2", "b", "{}", "2026-01-03T00:00:00Z"], ["r3", "a", "{}", "2026-01-02T00:00:00Z"]],
};

const column = (name: string) => ({ name, type: "text" });

test("the named columns come first in their order and documents are left out", () => {
  const { columns, rows } = shownColumns(ROWS, ["name"]);
  assert.deepEqual(columns.map(({ name }) => name), ["name", "run", "at"]);
  assert.deepEqual(rows[0], ["a", "r1", "2026-01-01T00:00:00Z"]);
  assert.deepEqual(shownColumns(ROWS, ["at", "gone", "name"]).rows[1], ["2026-01-03T00:00:00Z", "b", "r2"]);
});

test("runs of one report, the newest first", () => {
  assert.deepEqual(newestFirst(ofReport(ROWS, "a")).rows.map(([run]) => run), ["r3", "r1"]);
});

test("a definition with a problem stands apart, whether its other columns are null or empty", () => {
  const columns = ["name", "owner", "schedule", "problem"].map(column);
  const whole = ["daily", "ann", null, null];
  const { sound, broken } = partDefinitions({ columns, rows: [["bad", null, null, "line 3: expected a value"], whole, ["worse", "", "", "no title"]] });
  assert.deepEqual(sound.rows, [whole]);
  assert.deepEqual(broken, [{ name: "bad", problem: "line 3: expected a value" }, { name: "worse", problem: "no title" }]);
  assert.deepEqual(shownColumns(sound, ["name"]).columns.map(({ name }) => name), ["name", "owner", "schedule"]);
});

test("nothing is broken where the server does not say", () => {
  const rows = { columns: ["name", "owner"].map(column), rows: [["daily", "ann"], ["weekly", ""]] };
  assert.deepEqual(partDefinitions(rows), { sound: rows, broken: [] });
});
