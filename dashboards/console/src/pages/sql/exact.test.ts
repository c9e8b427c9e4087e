//! Nothing is rounded, grouped or translated on the way to the eye.
import assert from "node:assert/strict";
import { test } from "node:test";
import { timestamp } from "./download.ts";
import { exactText } from "./exact.ts";

test("a cell's text is what the server sent", () => {
  assert.equal(exactText("9007199254740993"), "9007199254740993");
  assert.equal(exactText("12345678901234567890.120000000"), "12345678901234567890.120000000");
  // IEEE 754: the shortest decimal that reads back as the same double.
  assert.equal(exactText(0.1 + 0.2), "0.30000000000000004");
  assert.equal(exactText(false), "false");
  assert.equal(exactText(["a", null, 1]), '["a",null,1]');
});

test("files are named by the local second in which they were asked for", () => {
  assert.equal(timestamp(new Date(2026, 2, 1, 9, 5, 7)), "20260301-090507");
});
