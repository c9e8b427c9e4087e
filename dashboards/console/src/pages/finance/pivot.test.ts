import assert from "node:assert/strict";
import { test } from "node:test";
import { pivotOf } from "./pivot.ts";

test("cities by pools with exact totals; what nobody bears comes last", () => {
  const pivot = pivotOf([
    { city: "unallocated", pool: "ai", amount: "0.01" },
    { city: "SIN", pool: "ai", amount: "0.10" },
    { city: "HKG", pool: "rent", amount: "1.00" },
    { city: "HKG", pool: "ai", amount: "0.20" },
    { city: "idle", pool: "ai", amount: "5" },
  ]);
  assert.deepEqual(pivot.pools, ["ai", "rent"]);
  assert.deepEqual(pivot.rows.map(({ city }) => city), ["HKG", "SIN", "unallocated", "idle"]);
  assert.deepEqual(pivot.rows[0], { city: "HKG", amounts: ["0.20", "1.00"], total: "1.20" });
  assert.deepEqual(pivot.rows[1]?.amounts, ["0.10", null]);
  assert.deepEqual(pivot.totals, ["5.31", "1.00", "6.31"]);
});

test("an adjustment beside a share of the same place is added", () => {
  const pivot = pivotOf([{ city: "HKG", pool: "ai", amount: "10.00" }, { city: "HKG", pool: "ai", amount: "-0.03" }]);
  assert.deepEqual(pivot.rows[0]?.amounts, ["9.97"]);
});
