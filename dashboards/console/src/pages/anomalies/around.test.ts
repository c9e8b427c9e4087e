import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cell } from "../../api/rows.ts";
import { aroundOf, aroundSql, spanOf, unusualPoints } from "./around.ts";
import type { Anomaly } from "./queries.ts";

const NOW = Date.parse("2026-11-22T09:30:00Z");

function anomaly(more: Partial<Anomaly>): Anomaly {
  return { series: "error_rate", city: "HKG", forwarder: null, subject: "hour", at: "2026-11-22T07:00:00Z", until: null, ...more } as Anomaly;
}

function answer(rows: Cell[][]) {
  return { columns: [], rows };
}

test("an hour's anomaly is drawn from three days before, never past the running hour", () => {
  const span = spanOf(anomaly({}), "Asia/Hong_Kong", NOW);
  assert.equal(new Date(span.start).toISOString(), "2026-11-19T07:00:00.000Z");
  assert.equal(new Date(span.last).toISOString(), "2026-11-22T09:00:00.000Z");
  assert.equal(new Date(span.end).toISOString(), "2026-11-22T10:00:00.000Z");
});

test("a day's anomaly has the date of its city's clock", () => {
  const span = spanOf(anomaly({ subject: "day", at: "2026-11-19T16:00:00Z", until: "2026-11-20T16:00:00Z" }), undefined, NOW);
  assert.equal(new Date(span.first).toISOString(), "2026-11-20T00:00:00.000Z");
  assert.equal(span.last, span.first);
});

test("values go into the question as literals", () => {
  const span = spanOf(anomaly({}), undefined, NOW);
  assert.match(aroundSql(anomaly({ city: "O'X" }), span), /city = 'O''X'/);
  assert.match(aroundSql(anomaly({ subject: "day", forwarder: "x" }), { ...span, grain: "day" }), /FROM kpi_daily_by_forwarder/);
});

test("a step without a cell is 0 of a count and nothing of a quotient, and before the first cell nothing is known", () => {
  const span = { grain: "day" as const, first: Date.parse("2026-11-21"), last: Date.parse("2026-11-21"), start: Date.parse("2026-11-20"), end: Date.parse("2026-11-23") };
  const rows = answer([["2026-11-13", "4.000000000", "1.000000000"], ["2026-11-14", "2.000000000", "4.000000000"], ["2026-11-21", "3.000000000", "4.000000000"]]);
  const count = aroundOf(rows, { isSum: true }, span);
  assert.deepEqual(count.points, [{ at: "2026-11-20", value: 0 }, { at: "2026-11-21", value: 3 }, { at: "2026-11-22", value: 0 }]);
  assert.deepEqual(count.usual[0], { at: "2026-11-20", low: 4, high: 4 });
  const quotient = aroundOf(rows, { isSum: false }, span);
  assert.deepEqual(quotient.points.map(({ value }) => value), [null, 0.75, null]);
  assert.deepEqual(quotient.usual[2], { at: "2026-11-22", low: null, high: null });
  assert.deepEqual(unusualPoints(quotient.points, span), [{ at: "2026-11-21", value: 0.75 }]);
});
