import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rows } from "../../api/rows.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { findAlerts } from "./alerts.ts";

const RATE = { kpi: "error_rate", additive: true, isSum: false, warn: 0.05, act: 0.1 } as Kpi;
const BREACHES = { kpi: "ticket_sla_breaches", additive: true, isSum: true, warn: null, act: null } as Kpi;

function rated(...rows: [string, string | null, string, number, string][]): Rows {
  const names = ["kpi", "city", "bucket", "denominator", "status"];
  return {
    columns: [...names, "value", "target"].map((name) => ({ name, type: "text" })),
    rows: rows.map((row) => [...row, "1", null]),
  };
}

function found(rows: Rows) {
  return findAlerts([RATE, BREACHES], rows).map(({ kpi, city, day, level }) => [kpi.kpi, city, day, level]);
}

test("only the newest day of a city counts", () => {
  const rows = rated(
    ["error_rate", "HKG", "2026-03-01", 50, "act"],
    ["error_rate", "HKG", "2026-03-02", 50, "ok"],
    ["error_rate", "SIN", "2026-03-01", 50, "warn"],
  );
  assert.deepEqual(found(rows), [["error_rate", "SIN", "2026-03-01", "warn"]]);
});

test("a share of few is no alert, a count of one is", () => {
  const rows = rated(
    ["error_rate", "HKG", "2026-03-01", 19, "act"],
    ["ticket_sla_breaches", "HKG", "2026-03-01", 1, "warn"],
  );
  assert.deepEqual(found(rows), [["ticket_sla_breaches", "HKG", "2026-03-01", "warn"]]);
});

test("what must be acted on comes first, and what has no city is there too", () => {
  const rows = rated(["error_rate", "HKG", "2026-03-01", 20, "warn"], ["error_rate", null, "2026-03-01", 20, "act"]);
  assert.deepEqual(
    found(rows).map(([, city]) => city),
    [null, "HKG"],
  );
});

test("the limit is the threshold of the level, or the target where there is none", () => {
  const rows = rated(
    ["error_rate", "HKG", "2026-03-01", 20, "act"],
    ["error_rate", "SIN", "2026-03-01", 20, "warn"],
    ["ticket_sla_breaches", "HKG", "2026-03-01", 1, "warn"],
  );
  for (const row of rows.rows) row[6] = "0.02";
  assert.deepEqual(
    findAlerts([RATE, BREACHES], rows).map(({ limit }) => limit),
    [0.1, 0.05, "0.02"],
  );
});

test("a KPI that the catalogue does not know is left out", () => {
  assert.deepEqual(found(rated(["gone", "HKG", "2026-03-01", 20, "act"])), []);
});
