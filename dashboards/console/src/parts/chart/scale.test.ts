import assert from "node:assert/strict";
import { test } from "node:test";
import { makeScale, nearest, niceStep, spaced, valueTicks } from "./scale.ts";

// The example of Heckbert's article: 105 to 543 with five ticks gives 100, 200, ... 600.
test("ticks are round and cover the values", () => {
  assert.deepEqual(valueTicks(105, 543, 5), [100, 200, 300, 400, 500, 600]);
  assert.deepEqual(valueTicks(0.62, 0.97, 5), [0.6, 0.7, 0.8, 0.9, 1]);
  assert.deepEqual(valueTicks(-3, 8, 4), [-5, 0, 5, 10]);
});

test("a value alone has ticks from nought", () => {
  assert.deepEqual(valueTicks(0, 0, 4), [0, 1]);
  assert.deepEqual(valueTicks(7, 7, 4), [0, 2, 4, 6, 8]);
});

test("steps are 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual([niceStep(10, 5), niceStep(12, 5), niceStep(30, 5), niceStep(0.07, 5)], [2, 5, 10, 0.02]);
});

test("a scale puts its ends at its ends, and one value in the middle", () => {
  const scale = makeScale([10, 20], [0, 200]);
  assert.deepEqual([10, 15, 20].map(scale.place), [0, 100, 200]);
  assert.equal(makeScale([5, 5], [0, 200]).place(5), 100);
});

test("places too near to the one before are left out", () => {
  assert.deepEqual(spaced([0, 30, 60, 90, 200], 50), [0, 2, 4]);
});

test("the nearest place is found at the ends and between", () => {
  assert.deepEqual(
    [-9, 0, 14, 16, 99].map((wanted) => nearest([0, 10, 20, 30], wanted)),
    [0, 0, 1, 2, 3],
  );
  assert.equal(nearest([7], 3), 0);
});
