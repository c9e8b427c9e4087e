import assert from "node:assert/strict";
import { test } from "node:test";
import { comparedWith, currentBucket, dateIn, floorHour, lastComplete, shift } from "./buckets.ts";

// 2026-11-22 15:30 UTC: the 22nd at 22:30 in Bangkok (UTC+7), the 23rd at 02:30 in Sydney (UTC+11, summer time).
const NOW_MS = Date.parse("2026-11-22T15:30:00Z");

test("the local date is that of the zone", () => {
  assert.equal(dateIn("Asia/Bangkok", NOW_MS), "2026-11-22");
  assert.equal(dateIn("Australia/Sydney", NOW_MS), "2026-11-23");
});

test("a day is over when it is over in every zone", () => {
  assert.equal(lastComplete("day", ["Australia/Sydney"], NOW_MS), "2026-11-22");
  assert.equal(lastComplete("day", ["Australia/Sydney", "Asia/Bangkok"], NOW_MS), "2026-11-21");
});

test("the bucket underway is that of the zone", () => {
  assert.equal(currentBucket("day", "Australia/Sydney", NOW_MS), "2026-11-23");
  assert.equal(currentBucket("month", "UTC", NOW_MS), "2026-11-01");
  assert.equal(currentBucket("hour", "UTC", NOW_MS), "2026-11-22T15:00:00Z");
});

test("the last whole hour and month", () => {
  assert.equal(lastComplete("hour", ["UTC"], NOW_MS), "2026-11-22T14:00:00Z");
  assert.equal(lastComplete("month", ["UTC"], NOW_MS), "2026-10-01");
  assert.equal(floorHour(NOW_MS), "2026-11-22T15:00:00Z");
});

test("buckets move over the ends of months and years", () => {
  assert.equal(shift("2026-03-01", "day", -1), "2026-02-28");
  assert.equal(shift("2024-03-01", "day", -1), "2024-02-29");
  assert.equal(shift("2026-01-01", "month", -1), "2025-12-01");
  assert.equal(shift("2026-12-31T23:00:00Z", "hour", 1), "2027-01-01T00:00:00Z");
});

test("a bucket is compared with its own weekday, a month with the one before", () => {
  assert.equal(comparedWith("2026-11-22", "day"), "2026-11-15");
  assert.equal(comparedWith("2026-11-22T14:00:00Z", "hour"), "2026-11-15T14:00:00Z");
  assert.equal(comparedWith("2026-11-01", "month"), "2026-10-01");
});
