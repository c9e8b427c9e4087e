//! What was asked before: one entry a run, newest first, with how it ended. Kept in this browser alone.

/** How a run ended. `cut` means that the row guard stopped it. */
export type Outcome = "done" | "cut" | "cancelled" | "failed";

/** One run. `startedAt` is in milliseconds since 1970, `ms` how long it took, `error` the code of its failure. */
export interface Run {
  sql: string;
  startedAt: number;
  ms: number;
  numRows: number;
  outcome: Outcome;
  error?: string;
}

/** Runs that are kept. */
export const RUNS_MAX = 300;

/** Characters of SQL that are kept of one run; a longer text is not kept, as a part of it would be another question. */
export const SQL_CHARS_MAX = 20_000;

/** Puts a run on top. The same text asked again at once replaces its former entry, so that a loop does not flood. */
export function withRun(runs: Run[], run: Run): Run[] {
  if (run.sql.length > SQL_CHARS_MAX) return runs;
  const repeats = runs[0]?.sql === run.sql;
  return [run, ...(repeats ? runs.slice(1) : runs)].slice(0, RUNS_MAX);
}

/** The runs whose text or outcome holds each word of the search, whatever its case. */
export function findRuns(runs: Run[], search: string): Run[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    const text = `${run.sql} ${run.outcome} ${run.error ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Reads what was kept; entries that are not runs are left out. */
export function runsFrom(kept: unknown): Run[] {
  return Array.isArray(kept) ? kept.filter(isRun).slice(0, RUNS_MAX) : [];
}

function isRun(value: unknown): value is Run {
  const run = value as Run | null;
  const numbers = [run?.startedAt, run?.ms, run?.numRows];
  const outcomes: unknown[] = ["done", "cut", "cancelled", "failed"];
  return typeof run?.sql === "string" && numbers.every(Number.isFinite) && outcomes.includes(run.outcome);
}
