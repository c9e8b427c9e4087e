import assert from "node:assert/strict";
import { test } from "node:test";
import { asReport, listAt, textAt, trimmed, valueAt, withAt } from "./document.ts";
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

test("a report of the platform keeps when and where to, and loses what it says itself; and the other way round", () => {
  const own = { name: "x", source: "t", columns: [{ column: "a" }], limit: 5, visual: { kind: "line" }, formats: ["pdf", "png"], schedule: { every: "day" } };
  const report = asReport(own, "budget");
  assert.deepEqual(report, { name: "x", report: "budget", formats: ["pdf"], schedule: { every: "day" } });
  assert.deepEqual(asReport({ ...report, cities: ["HKG"] }, ""), { name: "x", formats: ["pdf"], schedule: { every: "day" } });
});

test("what is empty is not sent unless every report needs it, what is false or 0 is", () => {
  assert.deepEqual(trimmed({ name: "x", owner: "", note: { en: "" }, order: [], filters: [{ column: "", value: false }], schedule: { catch_up: 0, day: null } }), {
    name: "x", owner: "", title: {}, filters: [{ value: false }], schedule: { catch_up: 0 },
  });
});
