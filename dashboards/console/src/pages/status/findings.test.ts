import assert from "node:assert/strict";
import { test } from "node:test";
import { findInMetrics, findInRelations, worstFirst } from "./findings.ts";
import type { Finding } from "./findings.ts";
import { parseMetrics } from "./metrics.ts";
import { ratesOf, withScrape } from "./scrapes.ts";
import type { Scrape } from "./scrapes.ts";

/** Scrapes ten seconds apart, in Prometheus's text format. */
function scrapesOf(...texts: string[]): Scrape[] {
  return texts.map((text, at) => ({ atMs: at * 10_000, samples: parseMetrics(text) }));
}

function stream(of: Record<string, number>): string {
  return Object.entries(of)
    .map(([name, value]) => `tidemark_ingest_${name}{stream="usage"} ${value}`)
    .join("\n");
}

const RATED = 'tidemark_quality_level{aspect="validity",stream="usage"} 0\n';

function told(findings: Finding[]): unknown[] {
  return findings.map(({ kind, level, of, aspect, value }) => [kind, level, of, aspect, value]);
}

test("where nothing is wrong nothing is told", () => {
  const healthy = RATED + stream({ freshness_seconds: 0.1, lag_records: 12, records_total: 5, dead_letters_total: 0 });
  assert.deepEqual(findInMetrics(scrapesOf(healthy, healthy)), []);
  assert.deepEqual(findInMetrics([]), []);
});

test("the levels of data quality are those of the gauge, and that they are not read yet is said", () => {
  const level = (aspect: string, value: number) => `tidemark_quality_level{aspect="${aspect}",stream="usage"} ${value}\n`;
  assert.deepEqual(told(findInMetrics(scrapesOf(level("drift", 0) + level("validity", 2) + level("timeliness", 1)))), [
    ["quality", "act", "usage", "validity", null],
    ["quality", "warn", "usage", "timeliness", null],
  ]);
  assert.deepEqual(told(findInMetrics(scrapesOf("tidemark_ready 1"))), [["unrated", "info", "", "", null]]);
});

test("a budget is told once: as spent, or else as one that will be exceeded", () => {
  const budget = (name: string, city: string, value: number) =>
    `tidemark_budget_${name}{category="ai",city="${city}"} ${value}\n`;
  const text =
    RATED + budget("used", "HKG", 1) + budget("used", "SIN", 0.8) + budget("used", "SHA", 0.79) +
    budget("forecast_used", "SIN", 1.4) + budget("forecast_used", "SHA", 1.01) + budget("forecast_used", "TPE", 1);
  assert.deepEqual(told(findInMetrics(scrapesOf(text))), [
    ["budget", "act", "HKG", "ai", 1],
    ["budget", "warn", "SIN", "ai", 0.8],
    ["ahead", "warn", "SHA", "ai", 1.01],
  ]);
});

test("a rule's version is told that does harm, with its forwarder", () => {
  const rule = (level: number) => `tidemark_rule_level{forwarder="DHL",rule="R-7 v2"} ${level}\n`;
  assert.deepEqual(told(findInMetrics(scrapesOf(RATED + rule(1)))), [["rule", "warn", "R-7 v2", "DHL", null]]);
  assert.deepEqual(told(findInMetrics(scrapesOf(RATED + rule(2)))), [["rule", "act", "R-7 v2", "DHL", null]]);
});

test("anomalies are told that want somebody to act, and a disk that is nearly full", () => {
  const anomalies = (severity: string, value: number) =>
    `tidemark_anomalies_open{series="error_rate",severity="${severity}"} ${value}\n`;
  const disk = (free: number) => `tidemark_store_free_bytes ${free}\ntidemark_store_size_bytes 1000\n`;
  assert.deepEqual(told(findInMetrics(scrapesOf(RATED + anomalies("act", 2) + anomalies("warn", 9) + disk(49)))), [
    ["disk", "act", "", "", 0.049],
    ["anomalies", "act", "error_rate", "", 2],
  ]);
  assert.deepEqual(findInMetrics(scrapesOf(RATED + anomalies("act", 0) + disk(50))), []);
});

test("an old event counts only while events arrive, by the limits of the alert rules", () => {
  const at = (age: number, records: number) => RATED + stream({ freshness_seconds: age, records_total: records });
  assert.deepEqual(findInMetrics(scrapesOf(at(61, 5))), []);
  assert.deepEqual(findInMetrics(scrapesOf(at(61, 5), at(61, 5))), []);
  assert.deepEqual(findInMetrics(scrapesOf(at(60, 5), at(60, 6))), []);
  assert.deepEqual(told(findInMetrics(scrapesOf(at(61, 5), at(61, 6)))), [["stale", "warn", "usage", "", 61_000]]);
  assert.deepEqual(told(findInMetrics(scrapesOf(at(61, 5), at(1_801, 6)))), [["stale", "act", "usage", "", 1_801_000]]);
});

test("what waits in the broker is told at once", () => {
  assert.deepEqual(findInMetrics(scrapesOf(RATED + stream({ lag_records: 50_000 }))), []);
  const waiting = scrapesOf(RATED + stream({ lag_records: 50_001 }));
  assert.deepEqual(told(findInMetrics(waiting)), [["lag", "warn", "usage", "", 50_001]]);
});

test("a flood of refused records is more than twenty and more than a twentieth of the minute's", () => {
  const at = (records: number, refused: number) =>
    RATED + stream({ records_total: records, dead_letters_total: refused });
  assert.deepEqual(told(findInMetrics(scrapesOf(at(100, 7), at(200, 28)))), [["refusing", "act", "usage", "", 0.21]]);
  assert.deepEqual(findInMetrics(scrapesOf(at(100, 7), at(200, 27))), []);
  assert.deepEqual(findInMetrics(scrapesOf(at(100, 7), at(600, 32))), []);
});

test("commits fail where none worked in between; a process that started anew counts from zero", () => {
  const at = (commits: number, failures: number) =>
    RATED + stream({ commits_total: commits, commit_failures_total: failures });
  assert.deepEqual(told(findInMetrics(scrapesOf(at(9, 1), at(9, 3)))), [["commits", "act", "usage", "", 2]]);
  assert.deepEqual(findInMetrics(scrapesOf(at(9, 1), at(10, 3))), []);
  assert.deepEqual(findInMetrics(scrapesOf(at(9, 3), at(1, 0))), []);
});

test("jobs that failed are told, and more than ten refused records of an hour", () => {
  const rows = (names: string[], ...rows: string[][]) => ({ columns: names.map((name) => ({ name, type: "text" })), rows });
  const refused = rows(["stream", "records"], ["invoices", "10"], ["usage", "11"]);
  assert.deepEqual(told(findInRelations(refused, rows(["job"], ["forecasts"]))), [
    ["job", "warn", "forecasts", "", null],
    ["refused", "info", "usage", "", 11],
  ]);
  assert.deepEqual(findInRelations(undefined, undefined), []);
});

test("what must be acted on comes first", () => {
  const finding = (of: string, level: Finding["level"]): Finding => ({ kind: "job", level, of, aspect: "", value: null });
  const findings = [finding("a", "info"), finding("b", "warn"), finding("c", "act"), finding("d", "warn")];
  assert.deepEqual(
    worstFirst(findings).map(({ of }) => of),
    ["c", "b", "d", "a"],
  );
});

test("scrapes are kept for a minute, and rates are those between the last two", () => {
  const scrape = (atMs: number, records: number) => ({ atMs, samples: parseMetrics(stream({ records_total: records })) });
  const kept = [scrape(0, 0), scrape(30_000, 10), scrape(61_000, 320)].reduce(withScrape, []);
  assert.deepEqual(
    kept.map(({ atMs }) => atMs),
    [30_000, 61_000],
  );
  assert.deepEqual([...ratesOf(kept)], [["usage", 10]]);
  assert.equal(ratesOf(kept.slice(1)).size, 0);
});
