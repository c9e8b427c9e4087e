//! Saved reports: the list with their runs, one of them in its form, or a new one.
import type { Cell, Rows } from "../../api/rows.ts";
import { useQuery, useRequest } from "../../api/use.ts";
import { formatMinute } from "../../format/times.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { useZone } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { Builder } from "./Builder.tsx";
import { definitionPath, DEFINITIONS_SQL, RUNS_SQL } from "./definitions.ts";
import { EMPTY } from "./document.ts";
import type { Document } from "./document.ts";
import { newestFirst, ofReport, shownColumns } from "./history.ts";
import { timetableText } from "./timetable.ts";
import { useReportWords, wordOf } from "./words.ts";

export function SavedList() {
  const words = useReportWords();
  const answer = useQuery(DEFINITIONS_SQL);
  const rows = answer.rows;
  return (
    <>
      <p class="row"><a class="button" href={hrefOf("reports", [], { view: "new" })}>+ {words.newReport}</a></p>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!rows && answer.loading && <Loading />}
      {rows?.rows.length === 0 && <Empty title={words.noSaved} hint={words.noSavedHint} />}
      {rows && rows.rows.length > 0 && <Listing caption={words.saved} rows={rows} first="name" link={(name) => hrefOf("reports", [name])} />}
      {rows && rows.rows.length > 0 && <Runs />}
    </>
  );
}

export function NewReport() {
  const words = useReportWords();
  return (
    <>
      <p><a href={hrefOf("reports", [], { view: "saved" })}>← {words.back}</a></p>
      <h1>{words.newReport}</h1>
      <Builder saved={EMPTY} isNew />
    </>
  );
}

export function SavedReport({ name }: { name: string }) {
  const words = useReportWords();
  const answer = useRequest<Document>(definitionPath(name));
  const runs = useQuery(RUNS_SQL, { every: 10_000 });
  return (
    <>
      <p><a href={hrefOf("reports", [], { view: "saved" })}>← {words.back}</a></p>
      <h1>{name}</h1>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.value && answer.loading && <Loading />}
      {answer.value && <Builder saved={answer.value} isNew={false} onRun={runs.reload} />}
      <RunList rows={runs.rows && ofReport(runs.rows, name)} error={runs.error} />
    </>
  );
}

function Runs() {
  const runs = useQuery(RUNS_SQL, { every: 10_000 });
  return <RunList rows={runs.rows} error={runs.error} />;
}

function RunList({ rows, error }: { rows: Rows | undefined; error: ReturnType<typeof useQuery>["error"] }) {
  const words = useReportWords();
  return (
    <section class="sheet">
      <h2>{words.runs}</h2>
      {error && <ErrorNotice error={error} />}
      {rows && rows.rows.length === 0 && <Empty title={words.noRuns} />}
      {rows && rows.rows.length > 0 && <Listing caption={words.runs} rows={newestFirst(rows)} first="name" />}
    </section>
  );
}

/** A relation of the report builder as a table: titles and states in the reader's words, documents left out. */
function Listing({ caption, rows, first, link }: { caption: string; rows: Rows; first: string; link?(name: string): string }) {
  const words = useReportWords();
  const language = useLanguage();
  const zone = useZone();
  const { columns, rows: shown } = shownColumns(rows, first);
  const tableColumns = columns.map((column): TableColumn => {
    const title = (words as Record<string, string>)[column.name];
    if (column.name === "state") return { ...column, title, show: (cell: Cell) => wordOf(words, `state_${cell}`) };
    if (column.name === "schedule") return { ...column, title, show: (cell: Cell) => timetableText(words, cell as string | null) };
    if (column.name === "report") return { ...column, title, show: (cell: Cell) => (cell === null ? "–" : wordOf(words, `kind_${cell}`)) };
    if (column.type.startsWith("timestamp")) return { ...column, title, show: (cell: Cell) => (cell === null ? "–" : formatMinute(String(cell), zone, language)) };
    return { ...column, title, show: (cell: Cell) => (cell === null ? "–" : String(cell)) };
  });
  return <Table caption={caption} captionHidden columns={tableColumns} rows={shown} rowLink={link && ((row) => link(String(row[0])))} />;
}
