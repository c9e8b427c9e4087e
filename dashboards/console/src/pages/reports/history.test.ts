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

test("what cannot be read stands apart, what is wrong is listed too, and both are named with their problem", () => {
  const columns = ["name", "owner", "document", "problem"].map(column);
  const whole = ["daily", "ann", "{}", null];
  const wrong = ["monthly", "ann", "{}", "source: there is no relation \"gone\""];
  const { readable, faulty } = partDefinitions({ columns, rows: [["bad", null, null, "line 3: expected a value"], whole, wrong, ["worse", "", "", "no title"]] });
  assert.deepEqual(readable, { columns, rows: [whole, wrong] });
  assert.deepEqual(faulty, [
    { name: "bad", problem: "line 3: expected a value", isReadable: false },
    { name: "monthly", problem: "source: there is no relation \"gone\"", isReadable: true },
    { name: "worse", problem: "no title", isReadable: false },
  ]);
  assert.deepEqual(shownColumns(readable, ["name"]).columns.map(({ name }) => name), ["name", "owner"]);
});

test("nothing is wrong where the server does not say", () => {
  const rows = { columns: ["name", "owner"].map(column), rows: [["daily", "ann"], ["weekly", ""]] };
  assert.deepEqual(partDefinitions(rows), { readable: rows, faulty: [] });
});
