//! Saved reports: the list with their runs, one of them in its form, or a new one.
import { useState } from "preact/hooks";
import type { Cell, Rows } from "../../api/rows.ts";
import { useQuery, useRequest } from "../../api/use.ts";
import { formatMinute } from "../../format/times.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { Builder } from "./Builder.tsx";
import { definitionPath, DEFINITIONS_SQL, definitionSql, RUNS_SQL } from "./definitions.ts";
import { EMPTY } from "./document.ts";
import type { Document } from "./document.ts";
import { filesOf } from "./files.ts";
import { newestFirst, ofReport, partDefinitions, shownColumns } from "./history.ts";
import type { Faulty } from "./history.ts";
import { FileLinks, FilesDialog } from "./RunFiles.tsx";
import type { FilesOfRun } from "./RunFiles.tsx";
import { timetableText } from "./timetable.ts";
import { useReportWords, wordOf } from "./words.ts";

/** What is looked for first in a list of runs. */
const RUN_COLUMNS = ["name", "due_at", "state", "files"];

export function SavedList() {
  const words = useReportWords();
  const answer = useQuery(DEFINITIONS_SQL);
  const rows = answer.rows;
  const parts = rows && partDefinitions(rows);
  return (
    <>
      <p class="row"><a class="button" href={hrefOf("reports", [], { view: "new" })}>+ {words.newReport}</a></p>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!rows && answer.loading && <Loading />}
      {rows?.rows.length === 0 && <Empty title={words.noSaved} hint={words.noSavedHint} />}
      {parts?.faulty.map((one) => <FaultyNotice key={one.name} {...one} isListed />)}
      {parts && parts.readable.rows.length > 0 && <Listing caption={words.saved} rows={parts.readable} leading={["name"]} link={(name) => hrefOf("reports", [name])} />}
      {rows && rows.rows.length > 0 && <Runs />}
    </>
  );
}

/** A definition of which no run can come; one that can be read is mended in its form, to which a list links. */
function FaultyNotice({ name, problem, isReadable, isListed = false }: Faulty & { isListed?: boolean }) {
  const words = useReportWords();
  return (
    <Notice level="act" title={fill(isReadable ? words.wrong : words.broken, { name })}>
      <p lang="en">{problem}</p>
      <p>{isReadable ? words.wrongHint : words.brokenHint}</p>
      {isReadable && isListed && <p><a href={hrefOf("reports", [name])}>{fill(words.mend, { name })}</a></p>}
    </Notice>
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
  const listed = useQuery(definitionSql(name), { every: 10_000 });
  const runs = useQuery(RUNS_SQL, { every: 10_000 });
  return (
    <>
      <p><a href={hrefOf("reports", [], { view: "saved" })}>← {words.back}</a></p>
      <h1>{name}</h1>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.value && answer.loading && <Loading />}
      {listed.rows && partDefinitions(listed.rows).faulty.map((one) => <FaultyNotice key={one.name} {...one} />)}
      {answer.value && <Builder saved={answer.value} isNew={false} onSaved={listed.reload} onRun={runs.reload} />}
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
  // Beside the table, not within a row: rows move while the dialog is open.
  const [opened, setOpened] = useState<FilesOfRun>();
  return (
    <section class="sheet">
      <h2>{words.runs}</h2>
      {error && <ErrorNotice error={error} />}
      {rows && rows.rows.length === 0 && <Empty title={words.noRuns} />}
      {rows && rows.rows.length > 0 && <Listing caption={words.runs} rows={newestFirst(rows)} leading={RUN_COLUMNS} onOpen={setOpened} />}
      {opened && <FilesDialog {...opened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}

interface ListingProps {
  caption: string;
  rows: Rows;
  /** Columns that come first. */
  leading: string[];
  link?(name: string): string;
  /** Opens the files of a run. */
  onOpen?(opened: FilesOfRun): void;
}

/** A relation of the report builder as a table: titles and states in the reader's words, documents left out. */
function Listing({ caption, rows, leading, link, onOpen }: ListingProps) {
  const words = useReportWords();
  const language = useLanguage();
  const zone = useZone();
  const { columns, rows: shown } = shownColumns(rows, leading);
  const runAt = columns.findIndex(({ name }) => name === "run_id");
  const tableColumns = columns.map((column): TableColumn => {
    const title = (words as Record<string, string>)[column.name];
    if (column.name === "state") return { ...column, title, show: (cell: Cell) => wordOf(words, `state_${cell}`) };
    if (column.name === "files") return { ...column, ...filesColumn(runAt, onOpen), title: words.runFiles };
    if (column.name === "schedule") return { ...column, title, show: (cell: Cell) => timetableText(words, cell as string | null) };
    if (column.name === "report") return { ...column, title, show: (cell: Cell) => (cell === null ? "–" : wordOf(words, `kind_${cell}`)) };
    if (column.type.startsWith("timestamp")) return { ...column, title, show: (cell: Cell) => (cell === null ? "–" : formatMinute(String(cell), zone, language)) };
    return { ...column, title, show: (cell: Cell) => (cell === null ? "–" : String(cell)) };
  });
  return <Table caption={caption} captionHidden columns={tableColumns} rows={shown} rowLink={link && ((row) => link(String(row[0])))} />;
}

/** The files of the run that is named at a place of the row. */
function filesColumn(runAt: number, onOpen: ListingProps["onOpen"]): Pick<TableColumn, "show" | "text"> {
  return {
    text: (cell) => filesOf(cell).map(({ name }) => name).join(" "),
    show: (cell, row) => {
      const opened = { run: String(row[runAt]), files: filesOf(cell) };
      return <FileLinks {...opened} onOpen={() => onOpen?.(opened)} />;
    },
  };
}
