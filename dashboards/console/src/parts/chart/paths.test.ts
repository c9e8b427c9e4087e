import assert from "node:assert/strict";
import { test } from "node:test";
import { bandPath, linePath, loners, thin } from "./paths.ts";

const at = (x: number, y: number) => ({ x, y });

test("a line breaks where a value is missing", () => {
  assert.equal(linePath([at(0, 1), at(1, 2), null, at(3, 4), at(4, 5)]), "M0.0 1.0L1.0 2.0M3.0 4.0L4.0 5.0");
  assert.equal(linePath([null, null]), "");
});

test("places without neighbours are told, for a line shows nothing of them", () => {
  assert.deepEqual(loners([at(0, 1), null, at(2, 2), at(3, 3)]), [at(0, 1)]);
});

test("a band goes along the upper line and back along the lower", () => {
  assert.equal(bandPath([at(0, 9), at(1, 8)], [at(0, 1), at(1, 2)]), "M0.0 1.0L1.0 2.0L1.0 8.0L0.0 9.0Z");
  assert.equal(bandPath([null, at(1, 8)], [at(0, 1), null]), "");
});

test("of many places in a column of pixels the ends and extremes stay, in order", () => {
  const column = Array.from({ length: 100 }, (_, index) => at(5 + index / 1000, (index * 37) % 100));
  const kept = thin(column);
  assert.ok(kept.length <= 4);
  assert.deepEqual([kept[0], kept.at(-1)], [column[0], column.at(-1)]);
  assert.ok(kept.some(({ y }) => y === 0) && kept.some(({ y }) => y === 99));
  assert.deepEqual(thin([at(0, 0), at(1, 1)]), [at(0, 0), at(1, 1)]);
});
