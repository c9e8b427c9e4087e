import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../api/errors.ts";
import { decodeText, refusedRows } from "./uploads.ts";

test("a file's text keeps its byte order mark, and what is not UTF-8 is no text", () => {
  assert.equal(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61).buffer), "\ufeffa");
  assert.equal(decodeText(new TextEncoder().encode("香港,1").buffer as ArrayBuffer), "香港,1");
  assert.throws(() => decodeText(Uint8Array.of(0xad, 0xbb).buffer));
});

test("refused rows are told from other failures", () => {
  const rows = [{ kind: "pools" as const, file: "p.csv", line: 2, column: "amount", reason: "no decimal" }];
  assert.deepEqual(refusedRows(new ApiError("refused", "", "", 422, { refused: rows })), rows);
  assert.equal(refusedRows(new ApiError("unavailable", "", "", 503, {})), null);
  assert.equal(refusedRows(new Error("x")), null);
});
