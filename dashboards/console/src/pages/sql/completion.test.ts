//! What the editor offers, and where.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { readKpi } from "../../kpis/catalogue.ts";
import type { Relation } from "../catalog/catalogue.ts";
import { columnCompared, columnsAt, completing } from "./completion.ts";
import type { Vocabulary } from "./vocabulary.ts";

const relation = (name: string, ...columns: string[]): Relation => (
  { name, kind: "view", meaning: "", columns: columns.map((column) => ({ name: column, type: "text", meaning: "" })) }
);
const RELATIONS = [relation("invoices", "invoice_id", "city"), relation("sessions", "session_id", "city"), relation("kpi_daily", "kpi")];
const VOCABULARY: Vocabulary = {
  catalogue: {
    relations: RELATIONS,
    kpis: [readKpi({ kpi: "automation_rate", title_zh_hant: "自動化率" })],
    edges: [],
  },
  functions: [{ name: "date_trunc", example: "date_trunc(precision, expression)", meaning: "cuts a time" }],
  cities: [{ label: "HKG", detail: "Hong Kong" }],
};

/** The labels that are offered at the bar in a text. */
function offered(marked: string, explicit = false): string[] {
  const pos = marked.indexOf("|");
  const state = EditorState.create({ doc: marked.replace("|", "") });
  const result = completing(VOCABULARY, "zh-Hant")(new CompletionContext(state, pos, explicit));
  return result?.options.map((option) => option.label) ?? [];
}

test("a statement offers the columns of the relations that it reads, each once, and no others", () => {
  const names = (statement: string) => columnsAt(statement, 7, RELATIONS).map(({ name }) => name);
  assert.deepEqual(names("SELECT  FROM invoices i JOIN sessions s ON true"), ["invoice_id", "city", "session_id"]);
  assert.deepEqual(names("SELECT  FROM kpi_daily; SELECT city FROM invoices"), ["kpi"]);
  assert.deepEqual(names("SELECT 1"), []);
});

test("columns, relations, functions and keywords are offered where a name is typed", () => {
  const names = offered("SELECT c| FROM invoices");
  for (const name of ["city", "invoice_id", "invoices", "date_trunc", "CASE"]) assert.ok(names.includes(name), name);
  assert.ok(!names.includes("session_id"));
});

test("nothing is offered before anything is typed, unless it is asked for", () => {
  assert.deepEqual(offered("SELECT |"), []);
  assert.ok(offered("SELECT |", true).includes("invoices"));
});

test("after an alias and a dot only the columns of its relation are offered", () => {
  assert.deepEqual(offered("SELECT s.| FROM sessions s JOIN invoices i ON true"), ["session_id", "city"]);
  assert.deepEqual(offered("SELECT I.inv| FROM sessions s JOIN invoices i ON true"), ["invoice_id", "city"]);
});

test("a literal that is compared with a KPI or a city offers those and nothing else", () => {
  assert.deepEqual(offered("SELECT * FROM kpi_daily WHERE kpi = 'auto|'"), ["automation_rate"]);
  assert.deepEqual(offered("SELECT * FROM kpi_daily WHERE city IN ('SIN', 'H|"), ["HKG"]);
  assert.deepEqual(offered("SELECT 'inv|'"), []);
});

test("nothing is offered within a comment", () => {
  assert.deepEqual(offered("-- inv|\nSELECT 1"), []);
});

test("the column that a literal is compared with is the word before the comparison", () => {
  assert.equal(columnCompared("WHERE k.kpi = "), "kpi");
  assert.equal(columnCompared("WHERE City IN ('a', 'b', "), "city");
  assert.equal(columnCompared("SELECT "), null);
});
