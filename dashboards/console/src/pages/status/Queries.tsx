//! Queries that run now, each with a way to stop it.
import { useMemo, useState } from "preact/hooks";
import { asApiError } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { request } from "../../api/request.ts";
import { useQuery } from "../../api/use.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { say } from "../../shell/say.ts";
import { useWords } from "../../words/index.ts";
import { RUNNING_SQL } from "./queries.ts";
import { useStatusWords } from "./words.ts";

const EVERY_MS = 2_000;

export function Queries() {
  const shell = useWords();
  const words = useStatusWords();
  const { rows, error, reload } = useQuery(RUNNING_SQL, { every: EVERY_MS });
  const { cancelling, failure, cancel } = useCancelling(words.canceled, reload);
  const columns = useMemo(
    (): TableColumn[] => [
      {
        name: "query_id",
        title: words.action,
        type: "text",
        show: (id, row) => (
          <button
            type="button"
            class="danger"
            disabled={cancelling.has(String(id))}
            aria-label={`${shell.cancel}: ${row[4]}`}
            onClick={() => void cancel(String(id))}
          >
            {cancelling.has(String(id)) ? words.cancelling : shell.cancel}
          </button>
        ),
      },
      { name: "started_at", title: words.startedAt, type: "timestamptz" },
      { name: "principal", title: words.principal, type: "text" },
      { name: "elapsed_ms", title: words.elapsed, type: "bigint", unit: "ms" },
      { name: "sql", title: words.query, type: "text", show: (sql) => <code title={String(sql)}>{String(sql)}</code> },
    ],
    [words, shell, cancelling],
  );
  return (
    <section aria-labelledby="queries">
      <h2 id="queries">{words.queries}</h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {failure && <ErrorNotice error={failure} />}
      {rows?.rows.length === 0 && <Empty title={words.noQueries} />}
      {rows && rows.rows.length > 0 && (
        <Table caption={words.queries} captionHidden columns={columns} rows={rows.rows} />
      )}
      {!rows && !error && <Loading />}
    </section>
  );
}

/** Which queries are being cancelled, and how to cancel one. */
function useCancelling(sentence: string, reload: () => void) {
  const [cancelling, setCancelling] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<ApiError>();
  const cancel = async (id: string) => {
    setCancelling((before) => new Set(before).add(id));
    setFailure(undefined);
    try {
      await request(`/v1/queries/${encodeURIComponent(id)}`, { method: "DELETE" });
      say(sentence);
    } catch (thrown) {
      setFailure(asApiError(thrown));
      setCancelling((before) => new Set([...before].filter((one) => one !== id)));
    }
    reload();
  };
  return { cancelling, failure, cancel };
}
