//! What a KPI reads now: its newest value, that of the week before, its level; and its last course.
import type { Cell, Rows } from "../api/rows.ts";
import { groupBy } from "../group.ts";
import type { Level } from "../parts/Sign.tsx";
import { comparedWith, shift, SPARK_BUCKETS } from "./buckets.ts";
import type { Grain, Kpi } from "./catalogue.ts";
import { levelOfValue } from "./level.ts";

/** A KPI's value in one bucket, over the chosen cities. */
export interface Value {
  bucket: string;
  /** The value as text of decimals; null where there is none or where it does not add up. */
  text: string | null;
  /** Where it does not add up over cities: the lowest and highest of theirs. */
  range: [string, string] | null;
  target: string | null;
  level: Level | null;
}

export interface Reading {
  newest: Value | null;
  /** Newest less that of the week (or month) before: in its unit for ratios and points, else relative. Null where either is missing. */
  change: number | null;
  values: Values;
}

/** A KPI's values by bucket. Made when asked for: of most KPIs a first look needs two of some thirty. */
export interface Values {
  /** The buckets that have one. */
  buckets: string[];
  of(bucket: string): Value | undefined;
}

/** The last buckets up to one, oldest first; null where a bucket has no value. */
export interface Course {
  values: (number | null)[];
  /** Of what does not add up: the lowest and highest of the cities. */
  ranges: (Range | null)[];
}

/** The lowest and the highest. */
export type Range = [number, number];

/** The readings of every KPI in the answer of `readingsSql`, looking at buckets up to `until`. */
export function readReadings(kpis: Kpi[], answer: Rows, grain: Grain, until: string): Map<string, Reading> {
  const names = answer.columns.map((column) => column.name);
  const [kpiAt, bucketAt] = [names.indexOf("kpi"), names.indexOf("bucket")];
  const rowsOf = groupBy(answer.rows, (row) => row[kpiAt]);
  return new Map(
    kpis.map((kpi) => {
      const rows = new Map(rowsOf.get(kpi.kpi)?.map((row) => [String(row[bucketAt]), row]));
      const values = {
        buckets: [...rows.keys()],
        of: (bucket: string) => {
          const row = rows.get(bucket);
          return row && valueOf(kpi, bucket, Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
        },
      };
      return [kpi.kpi, readingOf(kpi, values, grain, until)];
    }),
  );
}

/** A KPI's reading from its values by bucket. */
export function readingOf(kpi: Kpi, values: Values, grain: Grain, until: string): Reading {
  const newestBucket = values.buckets
    .filter((bucket) => bucket <= until)
    .sort()
    .at(-1);
  const newest = (newestBucket !== undefined && values.of(newestBucket)) || null;
  const before = newest && values.of(comparedWith(newest.bucket, grain));
  return { newest, change: newest && before ? changeOf(kpi, newest, before) : null, values };
}

/** What a sparkline of the values shows, up to the bucket `until`. */
export function courseOf(kpi: Kpi, values: Values, grain: Grain, until: string): Course {
  const numBuckets = SPARK_BUCKETS[grain];
  const shown = Array.from({ length: numBuckets }, (_, at) => values.of(shift(until, grain, at - numBuckets + 1)));
  return {
    values: shown.map((value) => numberOf(value?.text ?? null)),
    ranges: shown.map((value) => (value && !kpi.additive ? rangeOf(value) : null)),
  };
}

/** Of a single city the lowest is the highest. */
function rangeOf({ range, text }: Value): Range | null {
  if (range) return [Number(range[0]), Number(range[1])];
  return text === null ? null : [Number(text), Number(text)];
}

function changeOf(kpi: Kpi, newest: Value, before: Value): number | null {
  if (newest.text === null || before.text === null) return null;
  const difference = Number(newest.text) - Number(before.text);
  if (kpi.unit === "ratio" || kpi.unit === "points") return difference;
  return Number(before.text) === 0 ? null : difference / Math.abs(Number(before.text));
}

/** A row of `readingsSql` as a value. */
export function valueOf(kpi: Kpi, bucket: string, row: Record<string, Cell>): Value {
  const target = textOf(row[kpi.direction === "down" ? "target_min" : "target_max"]);
  const [low, high] = [textOf(row["low"]), textOf(row["high"])];
  if (row["cells"] === "1") {
    return { bucket, text: low, range: null, target, level: ratedLevel(row) };
  }
  if (!kpi.additive) {
    const range = low !== null && high !== null ? ([low, high] as [string, string]) : null;
    return { bucket, text: null, range, target, level: ratedLevel(row) };
  }
  const text = textOf(row[kpi.isSum ? "total" : "ratio"]);
  return { bucket, text, range: null, target, level: levelOfValue(kpi, numberOf(text), numberOf(target)) };
}

/** The worst of the cells' own levels. */
function ratedLevel(row: Record<string, Cell>): Level | null {
  if (row["acts"] === true) return "act";
  if (row["warns"] === true) return "warn";
  return row["rated"] === true ? "ok" : null;
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
