import assert from "node:assert/strict";
import { test } from "node:test";
import { newestReadingsSql, readingsSql } from "./queries.ts";

test("a first look asks for the newest buckets of what the courses are made of", () => {
  const wanted = { grain: "day" as const, city: "HKG", anchor: "2026-11-23" };
  const sql = newestReadingsSql(wanted);
  assert.ok(sql.includes(readingsSql(wanted)));
  assert.match(sql, /WHERE bucket <= '2026-11-24'\)\nWHERE nth <= 10$/);
});

test("of hours it asks for the same hour of a week ago too", () => {
  const sql = newestReadingsSql({ grain: "hour", city: "", anchor: "2026-11-23T05:00:00Z" });
  assert.match(sql, /WHERE nth <= 10 OR bucket <= '2026-11-16T05:00:00Z'$/);
});
