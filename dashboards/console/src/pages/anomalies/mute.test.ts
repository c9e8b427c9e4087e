import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf, localOf } from "./mute.ts";

// Offsets are those of the IANA time zone database: Hong Kong UTC+8, Sydney UTC+10, in summer UTC+11 from 2026-10-04 02:00.
test("a local time is an instant by its zone", () => {
  assert.equal(instantOf("2026-11-22T18:30", "Asia/Hong_Kong"), Date.parse("2026-11-22T10:30:00Z"));
  assert.equal(instantOf("2026-10-03T12:00", "Australia/Sydney"), Date.parse("2026-10-03T02:00:00Z"));
  assert.equal(instantOf("2026-10-04T12:00", "Australia/Sydney"), Date.parse("2026-10-04T01:00:00Z"));
  assert.equal(instantOf("2026-10-04T03:30", "Australia/Sydney"), Date.parse("2026-10-03T16:30:00Z"));
});

test("an instant is shown by the zone's clock, and there and back is the same", () => {
  assert.equal(localOf(Date.parse("2026-11-22T10:30:00Z"), "Asia/Hong_Kong"), "2026-11-22T18:30");
  const at = Date.parse("2026-07-01T00:00:00Z");
  assert.equal(instantOf(localOf(at, "Australia/Sydney"), "Australia/Sydney"), at);
});

test("what is no time has no instant", () => {
  assert.ok(Number.isNaN(instantOf("", "UTC")));
});
