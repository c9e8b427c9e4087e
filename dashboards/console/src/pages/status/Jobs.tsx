//! What runs on a schedule within the service, and how it went.
import { useMemo } from "preact/hooks";
import { useQuery } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sign } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { useLanguage } from "../../words/index.ts";
import { JOBS_SQL } from "./queries.ts";
import { useStatusWords } from "./words.ts";

const EVERY_MS = 5_000;

export function Jobs() {
  const words = useStatusWords();
  const language = useLanguage();
  const { rows, error, reload } = useQuery(JOBS_SQL, { every: EVERY_MS });
  const columns = useMemo(
    (): TableColumn[] => [
      { name: "job", title: words.job, type: "text" },
      { name: "state", title: words.state, type: "text", show: (state) => <State state={String(state)} /> },
      { name: "started", title: words.started, type: "timestamptz" },
      { name: "finished", title: words.finished, type: "timestamptz" },
      { name: "runs", title: words.runs, type: "bigint" },
      { name: "failures", title: words.failedRuns, type: "bigint" },
      {
        name: "every",
        title: words.every,
        type: "bigint",
        show: (seconds) => (seconds === null ? "–" : formatValue(Number(seconds) * 1000, "ms", language)),
      },
      {
        name: "error",
        title: words.error,
        type: "text",
        show: (cell) =>
          cell === null ? (
            "–"
          ) : (
            <span lang="en" title={String(cell)}>
              {String(cell)}
            </span>
          ),
      },
    ],
    [words, language],
  );
  return (
    <section aria-labelledby="jobs">
      <h2 id="jobs">{words.jobs}</h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {rows?.rows.length === 0 && <Empty title={words.noJobs} />}
      {rows && rows.rows.length > 0 && <Table caption={words.jobs} captionHidden columns={columns} rows={rows.rows} />}
      {!rows && !error && <Loading />}
    </section>
  );
}

/** A state that a newer server may know is shown as the server says it. */
function State({ state }: { state: string }) {
  const words = useStatusWords();
  const { waiting, running, resting, failed } = words;
  const text = { waiting, running, resting, failed }[state] ?? state;
  return <Sign level={state === "failed" ? "act" : "ok"} text={text} />;
}
