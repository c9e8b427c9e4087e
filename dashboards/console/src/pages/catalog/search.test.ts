//! A search finds what a person means first: the name before the column, the column before a word of a meaning.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readKpi } from "../../kpis/catalogue.ts";
import type { Relation } from "./catalogue.ts";
import { findKpis, findRelations } from "./search.ts";

const column = (name: string, meaning = "") => ({ name, type: "text", meaning });
const RELATIONS: Relation[] = [
  { name: "corrections", kind: "view", meaning: "what people changed", columns: [column("invoice_id", "the invoice")] },
  { name: "invoice_fields", kind: "view", meaning: "extracted fields", columns: [column("confidence", "0 to 1")] },
  { name: "invoices", kind: "view", meaning: "one row an invoice", columns: [column("ai_cost_hkd", "cost in HKD")] },
  { name: "usage_days", kind: "view", meaning: "cost by day", columns: [] },
];
const KPI = readKpi({
  kpi: "automation_rate",
  topic: "invoices",
  title: "Automation rate",
  title_zh_hant: "自動化率",
  title_zh_hans: "自动化率",
  meaning: "Share that nobody corrected",
  meaning_zh_hant: "無人更正",
  meaning_zh_hans: "无人更正",
  formula: "a / b",
  owner: "scm",
});

const found = (search: string) => findRelations(RELATIONS, search).map(({ relation }) => relation.name);

test("an empty search keeps all, in their order", () => {
  assert.deepEqual(found("  "), RELATIONS.map(({ name }) => name));
});

test("the same name stands before names that start so, and those before columns", () => {
  assert.deepEqual(found("invoices"), ["invoices"]);
  assert.deepEqual(found("invoice"), ["invoice_fields", "invoices", "corrections"]);
});

test("a column's name and meaning find its relation, and the columns are named", () => {
  assert.deepEqual(found("HKD"), ["invoices"]);
  assert.deepEqual(findRelations(RELATIONS, "hkd")[0]!.columns.map(({ name }) => name), ["ai_cost_hkd"]);
  assert.deepEqual(found("cost"), ["invoices", "usage_days"]);
});

test("each word must be found", () => {
  assert.deepEqual(found("invoice confidence"), ["invoice_fields"]);
  assert.deepEqual(found("invoice nothing"), []);
});

test("a KPI is found by its title in each language, its owner and its formula's words", () => {
  for (const search of ["automation", "自動化", "自动化", "无人", "scm"]) assert.deepEqual(findKpis([KPI], search), [KPI], search);
  assert.deepEqual(findKpis([KPI], "nps"), []);
});
