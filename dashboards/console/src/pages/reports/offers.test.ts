import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsFor, holdsOf, operatorsOf, relationsOf, wants } from "./offers.ts";

const column = (name: string, type: string) => ({ name, type, meaning: "" });

test("columns are gathered by relation in their order", () => {
  const relations = relationsOf({ columns: [], rows: [["a", "x", "text", "one"], ["a", "y", "bigint", null], ["b", "z", "date", ""]] });
  assert.deepEqual([...relations.keys()], ["a", "b"]);
  assert.deepEqual(relations.get("a"), [{ name: "x", type: "text", meaning: "one" }, { name: "y", type: "bigint", meaning: "" }]);
});

test("types of PostgreSQL are told apart", () => {
  assert.deepEqual(["numeric(38,9)", "bigint", "double precision", "timestamp with time zone", "date", "boolean", "text", "jsonb"].map(holdsOf), [
    "number", "number", "number", "instant", "date", "boolean", "text", "other",
  ]);
});

test("only what suits a column is offered", () => {
  assert.ok(!operatorsOf("number").includes("contains"));
  assert.ok(operatorsOf("instant").includes("in_period") && !operatorsOf("number").includes("in_period"));
  const columns = [column("n", "bigint"), column("t", "text"), column("b", "boolean"), column("j", "jsonb")];
  assert.deepEqual(columnsFor("sum", columns).map(({ name }) => name), ["n"]);
  assert.deepEqual(columnsFor("max", columns).map(({ name }) => name), ["n", "t"]);
  assert.deepEqual(columnsFor("count_distinct", columns).map(({ name }) => name), ["n", "t", "b"]);
});

test("each condition wants what the document's description says", () => {
  assert.deepEqual(["equals", "between", "in", "in_period", "is_empty"].map(wants), ["value", "two", "list", "period", "nothing"]);
});
