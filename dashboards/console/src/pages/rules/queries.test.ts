import assert from "node:assert/strict";
import { test } from "node:test";
import { accuracySql, feedbackSql, overTimeSql, patternsSql, watchedSql } from "./queries.ts";
import type { AccuracyFilters } from "./queries.ts";

const FILTERS: AccuracyFilters = { by: "version", days: 30, least: 20, rule: "", city: "HKG", forwarder: "", field: "" };

test("only filters that are chosen are conditions, and their values are literals", () => {
  const sql = feedbackSql({ type: "", advice: "roll_back", forwarder: "o'neil", field: "", rule: "R-7" });
  assert.match(sql, /WHERE advice = 'roll_back' AND forwarder = 'o''neil' AND strpos\(lower\(rule_id\), 'r-7'\) > 0/);
  assert.doesNotMatch(feedbackSql({ type: "", advice: "", forwarder: "", field: "", rule: "" }), /WHERE/);
});

test("accuracy is grouped by what it is asked by", () => {
  assert.match(accuracySql(FILTERS), /GROUP BY rule_id, rule_version HAVING sum\(samples\) >= 20/);
  assert.match(accuracySql({ ...FILTERS, by: "city" }), /city = 'HKG' GROUP BY city/);
});

test("a row over time keeps the filters and adds its key", () => {
  assert.match(overTimeSql({ ...FILTERS, rule: "R" }, ["R-7", "v2"]), /city = 'HKG' AND rule_id = 'R-7' AND rule_version = 'v2' GROUP BY 1/);
  assert.doesNotMatch(overTimeSql({ ...FILTERS, rule: "R" }, ["R-7", "v2"]), /strpos/);
});

test("what stands is narrowed by what is chosen only", () => {
  assert.match(watchedSql({ forwarder: "o'neil", field: "" }), /FROM rules_watched\nWHERE forwarder = 'o''neil'\nORDER BY/);
  assert.match(patternsSql({ forwarder: "DHL", field: "origin" }), /suggestion_id\nWHERE forwarder = 'DHL' AND field = 'origin'\nORDER BY/);
  for (const sql of [watchedSql, patternsSql]) assert.doesNotMatch(sql({ forwarder: "", field: "" }), /WHERE/);
});
