import assert from "node:assert/strict";
import { test } from "node:test";
import { sortRows } from "./sort.ts";

const COLUMNS = [
  { name: "n", type: "bigint" },
  { name: "text", type: "text" },
];

test("numbers sort by size, those past 2^53 too", () => {
  const rows = [
    ["9007199254740993", ""],
    ["10", ""],
    ["9007199254740992", ""],
    ["9", ""],
  ];
  const sorted = sortRows(COLUMNS, rows, { name: "n", down: false }).map(([n]) => n);
  assert.deepEqual(sorted, ["9", "10", "9007199254740992", "9007199254740993"]);
});

test("NaN comes after infinity, as in PostgreSQL", () => {
  const rows = [["NaN", ""], ["Infinity", ""], [1.5, ""], ["-Infinity", ""], ["NaN", ""], ["Infinity", ""]];
  const columns = [{ name: "n", type: "double precision" }];
  const sorted = sortRows(columns, rows, { name: "n", down: false }).map(([n]) => n);
  assert.deepEqual(sorted, ["-Infinity", 1.5, "Infinity", "Infinity", "NaN", "NaN"]);
});

test("missing values are last whichever way", () => {
  const rows = [
    [null, ""],
    ["1", ""],
    ["2", ""],
  ];
  assert.deepEqual(
    sortRows(COLUMNS, rows, { name: "n", down: false }).map(([n]) => n),
    ["1", "2", null],
  );
  assert.deepEqual(
    sortRows(COLUMNS, rows, { name: "n", down: true }).map(([n]) => n),
    ["2", "1", null],
  );
});

test("the rows that came are left as they are, and unknown columns sort nothing", () => {
  const rows = [
    ["2", ""],
    ["1", ""],
  ];
  sortRows(COLUMNS, rows, { name: "n", down: false });
  assert.deepEqual(rows, [
    ["2", ""],
    ["1", ""],
  ]);
  assert.equal(sortRows(COLUMNS, rows, { name: "gone", down: false }), rows);
});
