//! What is drawn of an answer, and that whatever is not drawn is counted.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Column } from "../../api/rows.ts";
import { BARS_MAX, drawBars, drawTimes, likelyShape, LINES_MAX } from "./shape.ts";

const columns = (...types: string[]): Column[] => types.map((type, at) => ({ name: `c${at}`, type }));

test("the first time is the axis, a text beside it tells the lines apart", () => {
  assert.deepEqual(likelyShape(columns("text", "date", "numeric(10,2)", "bigint")), { x: 1, ys: [2], series: 0 });
  assert.deepEqual(likelyShape(columns("timestamptz", "bigint", "real")), { x: 0, ys: [1], series: null });
});

test("without a time the first text is the axis, without a text the first number", () => {
  assert.deepEqual(likelyShape(columns("boolean", "text", "integer")), { x: 1, ys: [2], series: null });
  assert.deepEqual(likelyShape(columns("bigint", "double precision")), { x: 0, ys: [1], series: null });
});

test("an answer without a number, or with nothing to set it against, has no chart", () => {
  assert.equal(likelyShape(columns("text", "date")), null);
  assert.equal(likelyShape(columns("bigint")), null);
  assert.equal(likelyShape([]), null);
});

test("each name has its line, a missing figure is a gap", () => {
  const rows = [["HKG", "2026-03-02", "0.5"], ["SIN", "2026-03-01", "0.25"], ["HKG", "2026-03-01", null]];
  const { lines, rowsLeft, linesLeft, numRepeats } = drawTimes(columns("text", "date", "numeric(10,2)"), rows, { x: 1, ys: [2], series: 0 });
  assert.deepEqual(lines, [
    { name: "HKG", points: [{ at: "2026-03-02", value: 0.5 }, { at: "2026-03-01", value: null }] },
    { name: "SIN", points: [{ at: "2026-03-01", value: 0.25 }] },
  ]);
  assert.deepEqual([rowsLeft, linesLeft, numRepeats], [0, 0, 0]);
});

test("a time without a zone keeps its digits", () => {
  const { lines } = drawTimes(columns("timestamp", "bigint"), [["2026-03-01 10:00:00", "1"]], { x: 0, ys: [1], series: null });
  assert.equal(lines[0]!.points[0]!.at, "2026-03-01T10:00:00Z");
});

test("bars keep the order of the rows, and those beyond the limit are counted", () => {
  const rows = Array.from({ length: BARS_MAX + 2 }, (_, at) => [`z${100 - at}`, String(at)]);
  const { lines, rowsLeft } = drawBars(columns("text", "bigint"), rows, { x: 0, ys: [1], series: null });
  assert.deepEqual(lines[0]!.points.slice(0, 2), [{ label: "z100", value: 0 }, { label: "z99", value: 1 }]);
  assert.deepEqual([lines[0]!.points.length, rowsLeft], [BARS_MAX, 2]);
});

test("more lines than colours are counted, not drawn", () => {
  const rows = Array.from({ length: LINES_MAX + 3 }, (_, at) => [`name ${at}`, "2026-03-01", at]);
  const { lines, linesLeft } = drawTimes(columns("text", "date", "bigint"), rows, { x: 1, ys: [2], series: 0 });
  assert.deepEqual([lines.length, linesLeft], [LINES_MAX, 3]);
});

test("a second row at the same place is counted, as only one of them is seen", () => {
  const rows = [["2026-03-01", "1"], ["2026-03-01", "2"], [null, "3"]];
  const drawing = drawTimes(columns("date", "bigint"), rows, { x: 0, ys: [1], series: null });
  assert.deepEqual([drawing.numRepeats, drawing.lines[0]!.points.length], [1, 1]);
});
