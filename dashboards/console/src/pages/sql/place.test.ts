//! The messages are the server's own words; the places are counted by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf } from "./place.ts";

/** The text that is underlined for a message. */
function underlined(message: string, sql: string): string | null {
  const place = placeOf({ code: "invalid_sql", message }, sql);
  return place && sql.slice(place.from, place.to);
}

test("a line and a column from 1 become the word that stands there", () => {
  const message = (line: number, column: number) => (
    `the SQL cannot be parsed: Expected: an SQL statement, found: x at Line: ${line}, Column: ${column}`
  );
  assert.equal(underlined(message(1, 1), "selct * from"), "selct");
  assert.equal(underlined(message(1, 14), "select 1 fro invoices"), "invoices");
  assert.equal(underlined(message(3, 2), "select *\nfrom invoices\n wher city"), "wher");
  assert.equal(underlined(message(1, 8), "select 'x"), "'");
});

test("columns count characters, not UTF-16 units", () => {
  assert.equal(underlined("found: fro at Line: 1, Column: 12", "select '𠮷' fro x"), "fro");
});

test("a place behind the end is the last character, and a line that is not there is none", () => {
  assert.equal(underlined("found: EOF at Line: 1, Column: 99", "select ("), "(");
  assert.equal(underlined("found: x at Line: 9, Column: 1", "select 1"), null);
});

test("a text that stops too early is marked at its end", () => {
  assert.equal(underlined("the SQL cannot be parsed: Expected: ), found: EOF", "select (1\n"), "1");
});

test("a quoted name is found as a whole word", () => {
  assert.equal(placeOf({ code: "unknown_column", message: 'there is no column "b"' }, "select ab, b from t")?.from, 11);
  assert.equal(underlined('there is no table "invoces"', "select * from invoces"), "invoces");
  assert.equal(underlined("invalid function 'nofunc'", "select nofunc(1)"), "nofunc");
  assert.equal(underlined('column "invoices.city" must appear in the GROUP BY clause', "select count(*), city from invoices"), "city");
  assert.equal(underlined('there is no column "C++"', 'select "C++" from t'), "C++");
});

test("a message without a place has none", () => {
  assert.equal(underlined("division by zero", "select 1/0"), null);
  assert.equal(underlined('there is no column "gone"', "select 1"), null);
});
