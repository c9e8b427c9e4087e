import assert from "node:assert/strict";
import { test } from "node:test";
import { textOfBytes } from "./payload.ts";

// Bytes as Python's "…".encode().hex() writes them.
test("bytes are read as UTF-8 with and without the prefix", () => {
  assert.equal(textOfBytes("5b312c325d"), "[1,2]");
  assert.equal(textOfBytes("\\xe799bce7a5a8"), "發票");
});

test("what is no text is replaced, what is nothing stays empty", () => {
  assert.equal(textOfBytes("ff41"), "\ufffdA");
  assert.equal(textOfBytes(null), "");
});

test("long payloads are cut", () => {
  assert.equal(textOfBytes("41".repeat(5_000)), `${"A".repeat(4_000)}…`);
});
