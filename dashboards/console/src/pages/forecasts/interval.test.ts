import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnInterval } from "./interval.ts";

test("an interval around 0 fills the line", () => {
  assert.deepEqual(drawnInterval("-0.1", "0.1", "0.3"), { zero: 0.1 / 0.4, low: 0, middle: 0.5, high: 1 });
});

test("0 is on the line of an interval beside it", () => {
  assert.deepEqual(drawnInterval("1", "2", "4"), { zero: 0, low: 0.25, middle: 0.5, high: 1 });
  assert.deepEqual(drawnInterval("-4", "-3", "-1"), { zero: 1, low: 0, middle: 0.25, high: 0.75 });
});

test("nothing is drawn of what is not known", () => {
  assert.equal(drawnInterval(null, "1", "2"), null);
  assert.equal(drawnInterval("0", "0", "0"), null);
});
