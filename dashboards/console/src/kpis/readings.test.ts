import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cell, Rows } from "../api/rows.ts";
import type { Kpi } from "./catalogue.ts";
import { courseOf, readReadings } from "./readings.ts";

const RATE = {
  kpi: "automation_rate",
  unit: "ratio",
  direction: "up",
  additive: true,
  isSum: false,
  warn: null,
  act: null,
} as Kpi;
const COUNT = {
  kpi: "invoices_settled",
  unit: "count",
  direction: "none",
  additive: true,
  isSum: true,
  warn: null,
  act: null,
} as Kpi;
const P95 = {
  kpi: "latency_p95_ms",
  unit: "ms",
  direction: "down",
  additive: false,
  isSum: true,
  warn: null,
  act: null,
} as Kpi;

type Figures = Record<string, Cell>;

function answer(...figures: Figures[]): Rows {
  const names = [
    "kpi",
    "bucket",
    "cells",
    "total",
    "ratio",
    "low",
    "high",
    "target_min",
    "target_max",
    "acts",
    "warns",
    "rated",
  ];
  return {
    columns: names.map((name) => ({ name, type: "text" })),
    rows: figures.map((row) => names.map((name) => row[name] ?? null)),
  };
}

const UNTIL = "2026-11-21";

function read(kpi: Kpi, ...figures: Figures[]) {
  const rows = answer(...figures.map((row) => ({ kpi: kpi.kpi, ...row })));
  return readReadings([kpi], rows, "day", UNTIL).get(kpi.kpi)!;
}

function course(kpi: Kpi, ...figures: Figures[]) {
  return courseOf(kpi, read(kpi, ...figures).values, "day", UNTIL);
}

test("a share of several cities is the sum of numerators over that of denominators", () => {
  const { newest } = read(RATE, {
    bucket: "2026-11-21",
    cells: "2",
    total: "95",
    ratio: "0.95",
    low: "0.8",
    high: "1",
    target_min: "0.90",
    target_max: "0.92",
    warns: true,
    rated: true,
  });
  assert.deepEqual(newest, { bucket: "2026-11-21", text: "0.95", range: null, target: "0.92", level: "ok" });
});

test("a count of several cities is their sum, even where all have the same", () => {
  const { newest } = read(COUNT, { bucket: "2026-11-21", cells: "3", total: "3", ratio: "1", low: "1", high: "1" });
  assert.equal(newest?.text, "3");
  assert.equal(newest?.level, null);
});

test("what does not add up is shown from the lowest to the highest city, with the worst level", () => {
  const { newest } = read(P95, { bucket: "2026-11-21", cells: "2", low: "100", high: "900", warns: true, rated: true });
  assert.deepEqual(newest, { bucket: "2026-11-21", text: null, range: ["100", "900"], target: null, level: "warn" });
});

test("the course of what does not add up is a band, as narrow as a line where one city has a figure", () => {
  const { values, ranges } = course(
    P95,
    { bucket: "2026-11-21", cells: "2", low: "100", high: "900" },
    { bucket: "2026-11-20", cells: "1", low: "250", high: "250" },
  );
  assert.deepEqual(ranges.slice(-3), [null, [250, 250], [100, 900]]);
  assert.deepEqual(values.slice(-3), [null, 250, null]);
});

test("what adds up has no band", () => {
  const { ranges } = course(COUNT, { bucket: "2026-11-21", cells: "2", total: "3", ratio: "1", low: "1", high: "2" });
  assert.ok(ranges.every((range) => range === null));
});

test("one city has the level that the catalogue gives it", () => {
  const { newest } = read(RATE, {
    bucket: "2026-11-21",
    cells: "1",
    low: "0.5",
    high: "0.5",
    ratio: "0.5",
    target_max: "0.92",
    acts: true,
    warns: false,
    rated: true,
  });
  assert.equal(newest?.level, "act");
  assert.equal(newest?.text, "0.5");
});

test("buckets that are not over do not count, and the change is against the week before", () => {
  const week = { cells: "2", total: "1", low: "0", high: "1" };
  const figures = [
    { ...week, bucket: "2026-11-22", ratio: "0.1" },
    { ...week, bucket: "2026-11-21", ratio: "0.95" },
    { ...week, bucket: "2026-11-14", ratio: "0.90" },
  ];
  const { newest, change } = read(RATE, ...figures);
  const { values } = course(RATE, ...figures);
  assert.equal(newest?.bucket, "2026-11-21");
  assert.ok(Math.abs(change! - 0.05) < 1e-12);
  assert.equal(values.length, 30);
  assert.deepEqual([values.at(-1), values.at(-8), values.at(-2)], [0.95, 0.9, null]);
});

test("a relative change needs something to be relative to", () => {
  const base = { cells: "2", ratio: "1", low: "0", high: "1" };
  assert.equal(
    read(COUNT, { ...base, bucket: "2026-11-21", total: "5" }, { ...base, bucket: "2026-11-14", total: "0" }).change,
    null,
  );
  assert.equal(
    read(COUNT, { ...base, bucket: "2026-11-21", total: "5" }, { ...base, bucket: "2026-11-14", total: "4" }).change,
    0.25,
  );
  assert.equal(read(COUNT, { ...base, bucket: "2026-11-21", total: "5" }).change, null);
});

test("a KPI without figures has none", () => {
  assert.equal(read(COUNT).newest, null);
});
