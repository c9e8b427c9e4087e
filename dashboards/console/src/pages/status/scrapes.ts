//! The server's metrics, read on a beat: the newest, and those of the last minute for what counts only while it moves.
import { useMemo, useRef } from "preact/hooks";
import type { ApiError } from "../../api/errors.ts";
import { useRequest } from "../../api/use.ts";
import { parseMetrics, readStreams } from "./metrics.ts";
import type { Sample } from "./metrics.ts";

const EVERY_MS = 5_000;

/** How far back increases are looked at. */
const WINDOW_MS = 60_000;

export interface Scrape {
  /** By the page's own clock. */
  atMs: number;
  samples: Sample[];
}

export interface Scrapes {
  /** Those of the last minute, oldest first; none until the first answer. */
  scrapes: Scrape[];
  error?: ApiError;
  reload(): void;
}

const NONE: Scrape[] = [];

export function useScrapes(): Scrapes {
  const { value: text, error, reload } = useRequest<string>("/metrics", { every: EVERY_MS });
  const kept = useRef(NONE);
  const scrapes = useMemo(() => {
    if (text === undefined) return NONE;
    kept.current = withScrape(kept.current, { atMs: performance.now(), samples: parseMetrics(text) });
    return kept.current;
  }, [text]);
  return { scrapes, error, reload };
}

/** One more scrape, without those that are too old by then. */
export function withScrape(scrapes: Scrape[], scrape: Scrape): Scrape[] {
  return [...scrapes.filter(({ atMs }) => scrape.atMs - atMs <= WINDOW_MS), scrape];
}

/** Records a second of each stream between the last two scrapes. */
export function ratesOf(scrapes: Scrape[]): Map<string, number> {
  const [before, last] = [scrapes.at(-2), scrapes.at(-1)];
  if (!before || !last) return new Map();
  const seconds = (last.atMs - before.atMs) / 1000;
  const recordsBefore = new Map(readStreams(before.samples).map(({ stream, records }) => [stream, records]));
  return new Map(
    readStreams(last.samples).flatMap(({ stream, records }) => {
      const from = recordsBefore.get(stream) ?? null;
      return records === null || from === null ? [] : [[stream, (records - from) / seconds] as const];
    }),
  );
}
