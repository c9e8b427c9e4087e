//! Records that were refused: how many for which reason, the newest of each, and another try.
import { useMemo, useState } from "preact/hooks";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { Letters } from "./Letters.tsx";
import { LETTER_REASONS_SQL } from "./queries.ts";
import { Replay } from "./Replay.tsx";
import { useStatusWords } from "./words.ts";

const EVERY_MS = 15_000;

/** Refused records of a stream and a reason. */
export interface Refused {
  stream: string;
  reason: string;
  /** How many, as text. */
  count: string;
}

export function DeadLetters() {
  const words = useStatusWords();
  const [shown, setShown] = useState<Refused | null>(null);
  const [replayed, setReplayed] = useState<Refused | null>(null);
  const { rows, error, reload } = useQuery(LETTER_REASONS_SQL, { every: EVERY_MS });
  const columns = useMemo(
    (): TableColumn[] => [
      { name: "stream", title: words.stream, type: "text" },
      { name: "stage", title: words.stage, type: "text" },
      { name: "reason", title: words.reason, type: "text" },
      { name: "records", title: words.count, type: "bigint" },
      { name: "newest", title: words.newest, type: "timestamptz" },
      {
        name: "action",
        title: words.action,
        type: "text",
        show: (_, row) => (
          <>
            <button
              type="button"
              class="quiet"
              aria-label={`${words.show}: ${row[0]}, ${row[2]}`}
              onClick={() => setShown(refusedOf(row))}
            >
              {words.show}
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={`${words.replay}: ${row[0]}, ${row[2]}`}
              onClick={() => setReplayed(refusedOf(row))}
            >
              {words.replay}
            </button>
          </>
        ),
      },
    ],
    [words],
  );
  return (
    <section aria-labelledby="letters">
      <h2 id="letters">{words.letterReasons}</h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {rows?.rows.length === 0 && <Notice level="ok" title={words.noLetters} />}
      {rows && rows.rows.length > 0 && (
        <Table
          caption={words.letterReasons}
          captionHidden
          columns={columns}
          rows={rows.rows.map((row) => [...row, null])}
        />
      )}
      {!rows && !error && <Loading />}
      {shown && <Letters refused={shown} onClose={() => setShown(null)} />}
      {replayed && <Replay refused={replayed} onClose={() => setReplayed(null)} onReplayed={reload} />}
    </section>
  );
}

function refusedOf([stream, , reason, count]: Cell[]): Refused {
  return { stream: String(stream), reason: String(reason), count: String(count) };
}
