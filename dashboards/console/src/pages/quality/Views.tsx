//! The relations behind: one at a time, what was found first.
import { useMemo } from "preact/hooks";
import type { Rows } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { hrefOf, useParameter } from "../../router.ts";
import { useWords } from "../../words/index.ts";
import { columnsOf } from "./columns.tsx";
import { useColumnWords } from "./columnWords.ts";
import { viewSql } from "./queries.ts";
import { useQualityWords } from "./words.ts";
import type { QualityWords } from "./words.ts";

export function Views({ views }: { views: string[] }) {
  const words = useQualityWords();
  const [wanted, setWanted] = useParameter("view");
  const [show, setShow] = useParameter("show");
  const chosen = views.includes(wanted) ? wanted : views[0];
  if (chosen === undefined) return null;
  const titleOf = (view: string) => words[view as keyof QualityWords] ?? view;
  return (
    <section aria-labelledby="details">
      <div class="row">
        <h2 id="details">{words.details}</h2>
        <Chooser
          label={words.show}
          value={show}
          onChoose={setShow}
          options={[
            { value: "", text: words.onlyFindings },
            { value: "all", text: words.everything },
          ]}
        />
        <a class="end" href={hrefOf("catalog", [chosen])}>
          {chosen}
        </a>
      </div>
      <Tabs
        label={words.details}
        tabs={views.map((view) => ({ id: view, title: titleOf(view) }))}
        chosen={chosen}
        onChoose={setWanted}
      >
        <View key={chosen} view={chosen} title={titleOf(chosen)} onlyFindings={show !== "all"} />
      </Tabs>
    </section>
  );
}

function View({ view, title, onlyFindings }: { view: string; title: string; onlyFindings: boolean }) {
  const shell = useWords();
  const words = useQualityWords();
  const heads = useColumnWords();
  const { rows, error, loading, reload } = useQuery(viewSql(view, onlyFindings));
  const table = useMemo(() => rows && worstFirst(rows), [rows]);
  const columns = useMemo(() => table && columnsOf(view, table.columns, heads, words), [view, table, heads, words]);
  return (
    <>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {loading && !table && <Loading />}
      {table &&
        columns &&
        (table.rows.length === 0 ? (
          <Notice level="ok" title={words.noneOfThese} />
        ) : (
          <Table caption={title} captionHidden columns={columns} rows={table.rows} />
        ))}
      {table && (
        <p>
          <button type="button" onClick={reload} disabled={loading}>
            {shell.reload}
          </button>
        </p>
      )}
    </>
  );
}

/** Status and reason first among the columns, the worst first among the rows. */
function worstFirst({ columns, rows }: Rows): Rows {
  const first = ["status", "reason"];
  const placeOf = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  const order = columns
    .map((_, at) => at)
    .sort((one, other) => placeOf(columns[one]!.name) - placeOf(columns[other]!.name));
  const turned = rows.map((row) => order.map((at) => row[at] ?? null));
  const hasStatus = columns.some(({ name }) => name === "status");
  // In the alphabet they are act, ok, warn; ok is seldom among them, and then belongs last.
  const weight = (status: unknown) => (status === "act" ? 0 : status === "warn" ? 1 : 2);
  return {
    columns: order.map((at) => columns[at]!),
    rows: hasStatus ? turned.sort(([one], [other]) => weight(one) - weight(other)) : turned,
  };
}
