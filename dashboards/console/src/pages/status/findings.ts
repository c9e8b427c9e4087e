//! What the platform itself knows to be wrong, without Prometheus: of its metrics what rules ask at one moment or over a
//! minute, and of its relations what is cheap to ask. Rules that look back for hours stay Prometheus's.
import { objects } from "../../api/rows.ts";
import type { Rows } from "../../api/rows.ts";
import type { Level } from "../../parts/Sign.tsx";
import { readGauge, readStreams } from "./metrics.ts";
import type { Sample, StreamState } from "./metrics.ts";
import type { Scrape } from "./scrapes.ts";

export type FindingKind =
  | "quality"
  | "unrated"
  | "anomalies"
  | "rule"
  | "budget"
  | "ahead"
  | "stale"
  | "lag"
  | "refused"
  | "refusing"
  | "commits"
  | "disk"
  | "job";

export interface Finding {
  kind: FindingKind;
  level: Level;
  /** The stream, series, rule, city or job; empty where it is the whole. */
  of: string;
  /** In which respect data are bad, what a budget is for, or whose rule it is; else empty. */
  aspect: string;
  /** In the unit of its kind; null where it has none. */
  value: number | null;
}

/** Limits of the platform's alert rules (alerts/rules/platform.yml): TidemarkStale, TidemarkStaleLong, TidemarkLag. */
export const STALE_S = 60;
export const STALE_LONG_S = 1_800;
export const LAG_MAX = 50_000;
/** TidemarkDeadLetterFlood, of a minute. */
const FLOOD_SHARE = 0.05;
const FLOOD_RECORDS = 20;
/** TidemarkDeadLetters, of an hour. Its share of the records would have to count them all, so this says how many. */
const REFUSED_RECORDS = 10;
/** TidemarkDiskNearlyFull. */
const FREE_SHARE_MIN = 0.05;
/** TidemarkBudgetWarn and TidemarkBudgetSpent. That half is spent is so in the middle of every month. */
const BUDGET_WARN = 0.8;
const BUDGET_SPENT = 1;

/** What the metrics say, by the newest scrape and by what has changed since the oldest; none before the first. */
export function findInMetrics(scrapes: Scrape[]): Finding[] {
  const samples = scrapes.at(-1)?.samples ?? [];
  if (samples.length === 0) return [];
  const before = new Map(readStreams(scrapes[0]!.samples).map((stream) => [stream.stream, stream]));
  return [
    ...readStreams(samples).flatMap((stream) => findInStream(stream, before.get(stream.stream))),
    ...findDisk(samples),
    ...findQuality(samples),
    ...findAnomalies(samples),
    ...findRules(samples),
    ...findBudgets(samples),
  ];
}

/** Streams that had records refused within the hour, and jobs whose last run failed. */
export function findInRelations(refused: Rows | undefined, jobs: Rows | undefined): Finding[] {
  const rows = (answer: Rows | undefined) => (answer ? objects(answer) : []);
  return [
    ...rows(jobs).map(({ job }) => finding("job", "warn", String(job))),
    ...rows(refused)
      .filter(({ records }) => Number(records) > REFUSED_RECORDS)
      .map(({ stream, records }) => finding("refused", "info", String(stream), Number(records))),
  ];
}

/** What must be acted on first; what is equal stays in its order. */
export function worstFirst(findings: Finding[]): Finding[] {
  const places = { act: 0, warn: 1, info: 2, ok: 3 };
  return [...findings].sort((one, other) => places[one.level] - places[other.level]);
}

function findInStream(stream: StreamState, before: StreamState | undefined): Finding[] {
  const increase = (of: (stream: StreamState) => number | null) => {
    const [from, to] = [before && of(before), of(stream)];
    // A process that started anew counts from zero.
    return typeof from === "number" && to !== null ? Math.max(0, to - from) : 0;
  };
  const records = increase(({ records }) => records);
  const refused = increase(({ deadLetters }) => deadLetters);
  const failures = increase(({ failures }) => failures);
  const age_s = stream.freshness_s ?? 0;
  const lag = stream.lag ?? 0;
  const isFlood = refused > FLOOD_RECORDS && refused / records > FLOOD_SHARE;
  const isStuck = failures > 0 && increase(({ commits }) => commits) === 0;
  return [
    ...(isStuck ? [finding("commits", "act", stream.stream, failures)] : []),
    ...(isFlood ? [finding("refusing", "act", stream.stream, refused / records)] : []),
    // The age keeps its value while nothing arrives.
    ...(records > 0 && age_s > STALE_S
      ? [finding("stale", age_s > STALE_LONG_S ? "act" : "warn", stream.stream, age_s * 1000)]
      : []),
    ...(lag > LAG_MAX ? [finding("lag", "warn", stream.stream, lag)] : []),
  ];
}

function findDisk(samples: Sample[]): Finding[] {
  const free = readGauge(samples, "tidemark_store_free_bytes");
  const size = readGauge(samples, "tidemark_store_size_bytes");
  const isFull = free !== null && size !== null && size > 0 && free / size < FREE_SHARE_MIN;
  return isFull ? [finding("disk", "act", "", free / size)] : [];
}

/** What `quality_status` says; the server asks it every few minutes, so that pages need not. */
function findQuality(samples: Sample[]): Finding[] {
  const rated = labelled(samples, "tidemark_quality_level");
  if (rated.length === 0) return [finding("unrated", "info", "")];
  return rated
    .filter(({ value }) => value >= 1)
    .map(({ labels, value }) =>
      finding("quality", value >= 2 ? "act" : "warn", labels["stream"] ?? "", null, labels["aspect"]),
    );
}

function findAnomalies(samples: Sample[]): Finding[] {
  return labelled(samples, "tidemark_anomalies_open")
    .filter(({ labels, value }) => labels["severity"] === "act" && value > 0)
    .map(({ labels, value }) => finding("anomalies", "act", labels["series"] ?? "", value));
}

/** New versions of rules that do harm, by forwarder; well ones have no sample. */
function findRules(samples: Sample[]): Finding[] {
  return labelled(samples, "tidemark_rule_level").map(({ labels, value }) =>
    finding("rule", value >= 2 ? "act" : "warn", labels["rule"] ?? "", null, labels["forwarder"]),
  );
}

/** Budgets of this month that are mostly spent, and those that will be exceeded. */
function findBudgets(samples: Sample[]): Finding[] {
  const key = ({ labels }: Sample) => `${labels["city"]} ${labels["category"]}`;
  const ofBudget = (kind: FindingKind, level: Level, { labels, value }: Sample) =>
    finding(kind, level, labels["city"] ?? "", value, labels["category"]);
  const spent = labelled(samples, "tidemark_budget_used").filter(({ value }) => value >= BUDGET_WARN);
  const told = new Set(spent.map(key));
  const ahead = labelled(samples, "tidemark_budget_forecast_used").filter(
    (sample) => sample.value > 1 && !told.has(key(sample)),
  );
  return [
    ...spent.map((sample) => ofBudget("budget", sample.value >= BUDGET_SPENT ? "act" : "warn", sample)),
    ...ahead.map((sample) => ofBudget("ahead", "warn", sample)),
  ];
}

function labelled(samples: Sample[], name: string): Sample[] {
  return samples.filter((sample) => sample.name === name);
}

function finding(kind: FindingKind, level: Level, of: string, value: number | null = null, aspect = ""): Finding {
  return { kind, level, of, aspect, value };
}
