import assert from "node:assert/strict";
import { test } from "node:test";
import { preferredMonth } from "./months.ts";
import type { Month } from "./months.ts";

const of = (month: string, status: Month["status"], pools: string | null) => ({ month, status, pools }) as Month;

test("the earliest month that can still be closed comes first", () => {
  assert.equal(preferredMonth([of("2026-11", "open", null), of("2026-10", "open", "3"), of("2026-09", "prepared", "3"), of("2026-08", "closed", "3")]), "2026-09");
});

test("where nothing is left to close, the newest month is shown", () => {
  assert.equal(preferredMonth([of("2026-11", "open", null), of("2026-10", "closed", "3")]), "2026-11");
  assert.equal(preferredMonth([]), undefined);
});
