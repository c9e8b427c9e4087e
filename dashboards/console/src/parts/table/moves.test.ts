import assert from "node:assert/strict";
import { test } from "node:test";
import { moved } from "./moves.ts";

const SIZE = { rows: 100, columns: 5, pageRows: 20 };

function press(key: string, from = { row: 50, column: 2 }, ctrlKey = false) {
  return moved({ key, ctrlKey, metaKey: false, altKey: false }, from, SIZE);
}

// Keys as the grid pattern of the ARIA Authoring Practices Guide gives them.
test("arrows go to the next cell, pages by a screen, Home and End to the row's ends", () => {
  assert.deepEqual(press("ArrowDown"), { row: 51, column: 2 });
  assert.deepEqual(press("ArrowLeft"), { row: 50, column: 1 });
  assert.deepEqual(press("PageDown"), { row: 70, column: 2 });
  assert.deepEqual(press("PageUp"), { row: 30, column: 2 });
  assert.deepEqual(press("Home"), { row: 50, column: 0 });
  assert.deepEqual(press("End"), { row: 50, column: 4 });
});

test("with Ctrl, Home and End go to the table's corners", () => {
  assert.deepEqual(press("Home", undefined, true), { row: 0, column: 0 });
  assert.deepEqual(press("End", undefined, true), { row: 99, column: 4 });
});

test("no key leads out of the table", () => {
  assert.deepEqual(press("ArrowUp", { row: 0, column: 0 }), { row: 0, column: 0 });
  assert.deepEqual(press("PageDown", { row: 95, column: 4 }), { row: 99, column: 4 });
  assert.deepEqual(press("ArrowRight", { row: 99, column: 4 }), { row: 99, column: 4 });
});

test("other keys and empty tables move nothing", () => {
  assert.equal(press("a"), undefined);
  assert.equal(
    moved(
      { key: "ArrowDown", ctrlKey: false, metaKey: false, altKey: false },
      { row: 0, column: 0 },
      { ...SIZE, rows: 0 },
    ),
    undefined,
  );
});
