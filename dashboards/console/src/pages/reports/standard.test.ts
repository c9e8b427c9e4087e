import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, reportPath } from "./standard.ts";

test("a report is asked by its address", () => {
  const asked = { kind: "cost-allocation", month: "2026-10", city: "", language: "zh-Hant", form: "xlsx" };
  assert.equal(reportPath(asked), "/v1/reports/cost-allocation/2026-10?format=xlsx&language=zh-hant");
  assert.equal(reportPath({ ...asked, city: "HKG" }), "/v1/reports/cost-allocation/2026-10?format=xlsx&language=zh-hant&city=HKG");
});

test("a file has the name that the server gave it, in any language", () => {
  assert.equal(fileName("attachment; filename=\"__ 2026-10.xlsx\"; filename*=UTF-8''%E6%88%90%E6%9C%AC%202026-10.xlsx"), "成本 2026-10.xlsx");
  assert.equal(fileName("attachment; filename=\"a b.pdf\""), "a b.pdf");
  assert.equal(fileName("inline"), null);
  assert.equal(fileName(null), null);
});
