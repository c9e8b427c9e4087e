import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kpi } from "./catalogue.ts";
import { isBetter, levelOfValue } from "./level.ts";

const ACCURACY = { direction: "up", warn: 0.8, act: 0.7, unit: "ratio" } as Kpi;
const COST = { direction: "down", warn: 0.75, act: 1, unit: "hkd" } as Kpi;
const RATE = { direction: "up", warn: null, act: null, unit: "ratio" } as Kpi;

test("thresholds come before the target, and a value on one is still well", () => {
  assert.equal(levelOfValue(ACCURACY, 0.8, 0.92), "ok");
  assert.equal(levelOfValue(ACCURACY, 0.79, 0.92), "warn");
  assert.equal(levelOfValue(ACCURACY, 0.69, 0.92), "act");
  assert.equal(levelOfValue(COST, 0.75, null), "ok");
  assert.equal(levelOfValue(COST, 0.76, null), "warn");
  assert.equal(levelOfValue(COST, 1.01, null), "act");
});

test("without a threshold the target decides, without both nothing does", () => {
  assert.equal(levelOfValue(RATE, 0.9, 0.92), "warn");
  assert.equal(levelOfValue(RATE, 0.92, 0.92), "ok");
  assert.equal(levelOfValue(RATE, 0.1, null), null);
  assert.equal(levelOfValue(RATE, null, 0.92), null);
});

test("better is up or down as the catalogue says, and a change that is written as none is neither", () => {
  assert.equal(isBetter(ACCURACY, 0.01), true);
  assert.equal(isBetter(COST, 0.01), false);
  assert.equal(isBetter(COST, 0.0004), null);
  assert.equal(isBetter({ ...RATE, direction: "none" }, 1), null);
});
