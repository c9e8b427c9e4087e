//! Statements end at the semicolons that PostgreSQL would end them at.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isBlank, readingsOf, statementAround } from "./statements.ts";

test("a statement reaches from semicolon to semicolon", () => {
  const text = "SET a = 1; SELECT b FROM c; SELECT d";
  assert.equal(statementAround(text, 0), "SET a = 1");
  assert.equal(statementAround(text, 15), " SELECT b FROM c");
  assert.equal(statementAround(text, text.length), " SELECT d");
});

test("a semicolon within a literal, a name, a dollar quote or a comment ends nothing", () => {
  for (const inner of ["'a;''b'", '"a;b"', "$x$ ; $x$", "-- ;\n", "/* ; /* ; */ ; */"]) {
    const text = `SELECT ${inner} + 1`;
    assert.equal(statementAround(text, text.length), text, inner);
  }
});

test("a text of comments is blank, a literal is not", () => {
  assert.equal(isBlank(" -- all\n/* of it */ "), true);
  assert.equal(isBlank("SELECT 1"), false);
});

test("a statement reads what stands after FROM, JOIN and FROM's commas, by its aliases", () => {
  const read = (statement: string) => readingsOf(statement).map(({ relation, alias }) => `${relation} ${alias}`);
  assert.deepEqual(read("SELECT a, b FROM Invoices i JOIN sessions AS s ON a = b, c WHERE x = 1"), ["invoices i", "sessions s"]);
  assert.deepEqual(read("select from kpi_daily, sessions t"), ["kpi_daily kpi_daily", "sessions t"]);
  assert.deepEqual(read('SELECT * FROM "Odd ""name""" o'), ['Odd "name" o']);
  assert.deepEqual(read("SELECT 1 -- FROM invoices"), []);
  assert.deepEqual(read("SELECT * FROM (SELECT * FROM devices) d"), ["devices devices"]);
});
