import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedSum, outlookOf } from "./outlook.ts";

test("days without a cell were none of what is counted, and are unknown of a quotient", () => {
  const history = [["2026-11-01", 4], ["2026-11-03", 2]];
  const forecast = [["2026-11-04T00:00:00Z", 3, 2, 4, 1, 5]];
  assert.deepEqual(outlookOf(history, forecast, "day", { isSum: true }).actual.map(({ value }) => value), [4, 0, 2]);
  assert.deepEqual(outlookOf(history, forecast, "day", { isSum: false }).actual.map(({ at }) => at), ["2026-11-01", "2026-11-03"]);
});

test("a day of a forecast is a day, and its bounds are bands", () => {
  const outlook = outlookOf([], [["2026-11-04T00:00:00Z", 3, 2, 4, 1, 5], ["2026-11-05T00:00:00Z", 1.5, null, 4, 1, 5]], "day", { isSum: true });
  assert.deepEqual(outlook.band95[0], { at: "2026-11-04", low: 1, high: 5 });
  assert.equal(outlook.band80[1]?.low, null);
  assert.equal(expectedSum(outlook), 4.5);
});

test("hours keep their instant", () => {
  const outlook = outlookOf([["2026-11-01T22:00:00Z", 1], ["2026-11-02T00:00:00Z", 1]], [], "hour", { isSum: true });
  assert.deepEqual(outlook.actual.map(({ at, value }) => [Date.parse(at), value]), [
    [Date.parse("2026-11-01T22:00Z"), 1], [Date.parse("2026-11-01T23:00Z"), 0], [Date.parse("2026-11-02T00:00Z"), 1],
  ]);
});
