import assert from "node:assert/strict";
import { test } from "node:test";
import { listAt, textAt, trimmed, valueAt, withAt } from "./document.ts";
import type { Document } from "./document.ts";

const DOCUMENT: Document = { name: "x", filters: [{ column: "a", period: { kind: "last", unit: "day" } }, { column: "b" }] };

test("a place leads through lists and objects", () => {
  assert.equal(valueAt(DOCUMENT, "filters[0].period.unit"), "day");
  assert.equal(valueAt(DOCUMENT, "filters[5].period.unit"), undefined);
  assert.equal(valueAt(DOCUMENT, "name.length"), undefined);
  assert.equal(textAt(DOCUMENT, "filters[1].column"), "b");
  assert.deepEqual(listAt(DOCUMENT, "order"), []);
});

test("a change makes what is missing, and leaves the rest and the original alone", () => {
  const next = withAt(DOCUMENT, "filters[1].period.count", 7);
  assert.deepEqual(next["filters"], [{ column: "a", period: { kind: "last", unit: "day" } }, { column: "b", period: { count: 7 } }]);
  assert.deepEqual(valueAt(DOCUMENT, "filters[1]"), { column: "b" });
  assert.deepEqual(withAt({}, "visual.y[0]", "n"), { visual: { y: ["n"] } });
});

test("nothing takes a member away, and a list closes up", () => {
  assert.deepEqual(withAt(DOCUMENT, "filters[0]", undefined)["filters"], [{ column: "b" }]);
  assert.deepEqual(withAt(DOCUMENT, "filters[0].period", undefined)["filters"], [{ column: "a" }, { column: "b" }]);
});

test("what is empty is not sent, what is false or 0 is", () => {
  assert.deepEqual(trimmed({ name: "x", note: { en: "" }, order: [], filters: [{ column: "", value: false }], schedule: { catch_up: 0, day: null } }), {
    name: "x", filters: [{ value: false }], schedule: { catch_up: 0 },
  });
});
