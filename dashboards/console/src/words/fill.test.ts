import assert from "node:assert/strict";
import { test } from "node:test";
import { fill } from "./fill.ts";

test("places take their values, and those that nobody knows stay", () => {
  assert.equal(fill("{rows} in {time}, {what}", { rows: 3, time: "2 s" }), "3 in 2 s, {what}");
});

test("one thing has a word of its own", () => {
  const sentence = "{rows} {rows:row|rows} so far";
  assert.equal(fill(sentence, { rows: "1" }), "1 row so far");
  assert.equal(fill(sentence, { rows: 0 }), "0 rows so far");
  assert.equal(fill(sentence, { rows: "1,001" }), "1,001 rows so far");
});
