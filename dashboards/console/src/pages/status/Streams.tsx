//! The streams of events: how fresh, what waits, what was refused.
import { useMemo } from "preact/hooks";
import type { Cell } from "../../api/rows.ts";
import { formatValue } from "../../format/numbers.ts";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { levelOf, Sign } from "../../parts/Sign.tsx";
import type { Level } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { useLanguage, useWords } from "../../words/index.ts";
import { LAG_MAX, STALE_LONG_S, STALE_S } from "./findings.ts";
import { readGauge, readStreams } from "./metrics.ts";
import type { Sample, StreamState } from "./metrics.ts";
import { ratesOf } from "./scrapes.ts";
import type { Scrapes } from "./scrapes.ts";
import { useStatusWords } from "./words.ts";

export function Streams({ scrapes, error, reload }: Scrapes) {
  const words = useStatusWords();
  const samples = scrapes.at(-1)?.samples;
  const rates = useMemo(() => ratesOf(scrapes), [scrapes]);
  const columns = useColumns();
  return (
    <section aria-labelledby="streams">
      <h2 id="streams">{words.streams}</h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {samples ? (
        <Table
          caption={words.streams}
          captionHidden
          columns={columns}
          rows={readStreams(samples).map((stream) => cellsOf(stream, rates.get(stream.stream) ?? null))}
        />
      ) : (
        !error && <Loading />
      )}
      {samples && <Disk samples={samples} />}
    </section>
  );
}

/** A stream's level. Its age keeps its value while nothing arrives, so it counts only while something does. */
function levelOfStream({ freshness_s, lag }: StreamState, rate: number | null): Level {
  const age = rate === 0 ? 0 : (freshness_s ?? 0);
  if (age > STALE_LONG_S) return "act";
  return age > STALE_S || (lag ?? 0) > LAG_MAX ? "warn" : "ok";
}

function cellsOf(stream: StreamState, rate: number | null): Cell[] {
  const { freshness_s, lag, records, rows, repeats, deadLetters, commits, failures, tailBytes } = stream;
  const age_ms = freshness_s === null ? null : freshness_s * 1000;
  return [
    stream.stream,
    levelOfStream(stream, rate),
    age_ms,
    lag,
    rate,
    deadLetters,
    failures,
    tailBytes,
    records,
    rows,
    repeats,
    commits,
  ];
}

function useColumns(): TableColumn[] {
  const words = useStatusWords();
  return useMemo(() => {
    const number = (name: string, title: string, unit = "count"): TableColumn => ({
      name,
      title,
      type: "double precision",
      unit,
    });
    return [
      { name: "stream", title: words.stream, type: "text" },
      { name: "state", title: words.state, type: "text", show: (cell) => <Sign level={levelOf(cell) ?? "info"} /> },
      number("freshness", words.freshness, "ms"),
      number("lag", words.lag),
      number("rate", words.rate),
      number("dead_letters", words.deadLetters),
      number("failures", words.failures),
      number("tail", words.tail, "bytes"),
      number("records", words.records),
      number("rows", words.rows),
      number("repeats", words.repeats),
      number("commits", words.commits),
    ];
  }, [words]);
}

/** How much of the disk is free, where the lake is on one. */
function Disk({ samples }: { samples: Sample[] }) {
  const words = useStatusWords();
  const shell = useWords();
  const language = useLanguage();
  const free = readGauge(samples, "tidemark_store_free_bytes");
  const size = readGauge(samples, "tidemark_store_size_bytes");
  if (free === null || !size) return null;
  return (
    <p class="soft">
      {words.disk}{shell.colon}{formatValue(free, "bytes", language)} ({formatValue(free / size, "ratio", language)})
    </p>
  );
}
