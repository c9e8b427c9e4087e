import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAgo, formatDay, formatInstant, formatMonth, formatShortDay, isZone } from "./times.ts";

test("an instant is shown in the zone that was asked for", () => {
  // 2026-03-08 10:30 UTC is 18:30 in Hong Kong (UTC+8) and 06:30 in New York, whose summer time began at 07:00 UTC.
  assert.equal(formatInstant("2026-03-08T10:30:00Z", "Asia/Hong_Kong", "en"), "Mar 8, 2026, 18:30:00");
  assert.equal(formatInstant("2026-03-08T10:30:00Z", "America/New_York", "en"), "Mar 8, 2026, 06:30:00");
});

test("midnight is 00, not 24", () => {
  assert.equal(formatInstant("2026-01-01T00:00:00Z", "UTC", "en"), "Jan 1, 2026, 00:00:00");
});

test("a day is of no zone", () => {
  assert.equal(formatDay("2026-11-22", "en"), "Nov 22, 2026");
  assert.equal(formatDay("2026-11-22", "zh-Hant"), "2026年11月22日");
  assert.equal(formatShortDay("2026-11-22", "en"), "Nov 22");
  assert.equal(formatMonth("2026-11-01", "en"), "Nov 2026");
});

test("text that is no time stays as it is", () => {
  assert.equal(formatInstant("infinity", "UTC", "en"), "infinity");
});

test("how long ago is said in the largest unit that fits", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  assert.equal(formatAgo("2026-11-22T11:57:00Z", now, "en"), "3 minutes ago");
  assert.equal(formatAgo("2026-11-20T12:00:00Z", now, "en"), "2 days ago");
  assert.equal(formatAgo("2026-11-22T11:59:58Z", now, "zh-Hans"), "2秒钟前");
});

test("zones are those that the browser knows", () => {
  assert.equal(isZone("Asia/Hong_Kong"), true);
  assert.equal(isZone("Mars/Olympus"), false);
});
