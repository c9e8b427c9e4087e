import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kpi } from "../../kpis/catalogue.ts";
import { forwarderCourseSql, forwarderDays, forwardersSql } from "./queries.ts";

const KPI = { kpi: "error_rate" } as Kpi;
const DAYS = { first: "2026-02-01", last: "2026-02-28" };

test("forwarders are compared over four weeks, a year of whole months, or the two days of an hour", () => {
  const zone = "Asia/Hong_Kong";
  assert.deepEqual(forwarderDays({ grain: "day", until: "2026-02-28", zone }), DAYS);
  assert.deepEqual(forwarderDays({ grain: "month", until: "2024-02-01", zone }), { first: "2023-03-01", last: "2024-02-29" });
  // 17:00 in UTC is one in the morning of the next day in Hong Kong.
  assert.deepEqual(forwarderDays({ grain: "hour", until: "2026-02-28T17:00:00Z", zone }), { first: "2026-02-28", last: "2026-03-01" });
});

test("a forwarder's course asks of the same days and city as the table of all", () => {
  const asked = "WHERE kpi = 'error_rate' AND bucket BETWEEN '2026-02-01' AND '2026-02-28' AND city = 'HKG'";
  assert.ok(forwardersSql(KPI, "HKG", DAYS).includes(`${asked}\nGROUP BY forwarder`));
  assert.ok(forwarderCourseSql(KPI, "HKG", DAYS, "O'Hare").includes(`${asked}\n  AND forwarder = 'O''Hare'\nGROUP BY bucket`));
});

test("what has no forwarder is asked as such, and no city is all cities", () => {
  const sql = forwarderCourseSql(KPI, "", DAYS, null);
  assert.match(sql, /AND forwarder IS NULL\n/);
  assert.doesNotMatch(sql, /city/);
});
