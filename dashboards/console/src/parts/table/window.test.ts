import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW_HEIGHT, windowAt } from "./window.ts";

const VIEW_HEIGHT = 560;

/** How far down Firefox keeps a sticky head in its place, in pixels (as seen in 153: 2^29 of its 1/60 pixels). */
const FIREFOX_STICKY_MAX = 8_947_848;

function heightOf(numRows: number, scrollTop: number): number {
  const { first, end, above, below } = windowAt(numRows, scrollTop, VIEW_HEIGHT);
  return above + (end - first) * ROW_HEIGHT + below;
}

test("a short table is drawn as far as it is in sight", () => {
  const { first, end, above } = windowAt(1_000, 2_800, VIEW_HEIGHT);
  assert.ok(first <= 100 && end >= 120, `${first} to ${end}`);
  assert.equal(above, first * ROW_HEIGHT);
  assert.equal(heightOf(1_000, 2_800), 1_000 * ROW_HEIGHT);
});

test("a table of a few rows is drawn whole", () => {
  assert.deepEqual(windowAt(3, 0, VIEW_HEIGHT), { first: 0, end: 3, above: 0, below: 0 });
  assert.deepEqual(windowAt(0, 0, VIEW_HEIGHT), { first: 0, end: 0, above: 0, below: 0 });
});

test("millions of rows stay below what browsers lay out, and few of them are drawn", () => {
  for (const numRows of [1_000_000, 50_000_000]) {
    assert.ok(heightOf(numRows, 0) < FIREFOX_STICKY_MAX);
    const { first, end } = windowAt(numRows, 7_000_000, VIEW_HEIGHT);
    assert.ok(end - first < 60, `${end - first} rows`);
  }
});

test("the scroll bar's ends are the first and the last of a million rows", () => {
  const numRows = 1_000_000;
  assert.equal(windowAt(numRows, 0, VIEW_HEIGHT).first, 0);
  const bottom = heightOf(numRows, 0) - VIEW_HEIGHT;
  const { end, below } = windowAt(numRows, bottom, VIEW_HEIGHT);
  assert.equal(end, numRows);
  assert.ok(below < 1, `${below} pixels below the last row`);
});

test("wherever a million rows are scrolled, those in sight are drawn where they are seen", () => {
  const numRows = 1_000_000;
  const scrollMax = heightOf(numRows, 0) - VIEW_HEIGHT;
  for (let step = 0; step <= 97; step += 1) {
    const scrollTop = (scrollMax * step) / 97;
    const { first, end, above } = windowAt(numRows, scrollTop, VIEW_HEIGHT);
    assert.ok(above <= scrollTop + 1, `a gap above at ${scrollTop}`);
    assert.ok(above + (end - first) * ROW_HEIGHT >= scrollTop + VIEW_HEIGHT - 1, `a gap below at ${scrollTop}`);
  }
});

test("beside both ends of a million rows the scroll bar's place is that of the rows, too", () => {
  const numRows = 1_000_000;
  const scrollMax = heightOf(numRows, 0) - VIEW_HEIGHT;
  for (let near = 0; near < 1_000; near += 7) {
    for (const scrollTop of [near, scrollMax - near]) {
      const { first, above } = windowAt(numRows, scrollTop, VIEW_HEIGHT);
      const topRow = first + (scrollTop - above) / ROW_HEIGHT;
      const expected = (scrollTop / scrollMax) * (numRows - VIEW_HEIGHT / ROW_HEIGHT);
      // Less than a row: the first and the last may be cut, and there is no room for what is cut.
      assert.ok(Math.abs(topRow - expected) < 1, `row ${topRow} at ${scrollTop}, not ${expected}`);
    }
  }
});
