//! How rules stand: promoted versions under watch, and patterns of corrections on their way to a suggestion.
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatDecimal } from "../../format/numbers.ts";
import { formatMinute } from "../../format/times.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { instantColumn, numberColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sentence } from "../../parts/Sentence.tsx";
import { Sign } from "../../parts/Sign.tsx";
import type { Level } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf, useParameter } from "../../router.ts";
import { sqlHref } from "../../shell/links.ts";
import { useZone } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { patternsSql, STANDING_SUBJECTS_SQL, watchedSql } from "./queries.ts";
import { useRuleWords, valueWord } from "./words.ts";

/** Counts change once a minute at most; another state should be seen soon. */
const EVERY_MS = 30_000;

/** States without a level here are only told. */
const LEVELS: Record<string, Level> = { active: "ok", warning: "warn", rollback_advised: "act", suspended: "act", confirmed: "ok", ripe: "ok" };

export function Standing() {
  const words = useRuleWords();
  const [forwarder, setForwarder] = useParameter("forwarder");
  const [field, setField] = useParameter("field");
  const subjects = useQuery(STANDING_SUBJECTS_SQL);
  const named = (column: number) => {
    const names = new Set((subjects.rows?.rows ?? []).map((row) => row[column]).filter((name) => name !== null).map(String));
    return [{ value: "", text: words.all }, ...[...names].sort().map((name) => ({ value: name, text: name }))];
  };
  return (
    <>
      <search class="filters">
        <Chooser label={words.forwarder} value={forwarder} onChoose={setForwarder} options={named(0)} />
        <Chooser label={words.field} value={field} onChoose={setField} options={named(1)} />
      </search>
      <Watched sql={watchedSql({ forwarder, field })} />
      <Patterns sql={patternsSql({ forwarder, field })} />
    </>
  );
}

function Watched({ sql }: { sql: string }) {
  const words = useRuleWords();
  const language = useLanguage();
  const when = useMinutes();
  const digit = (cell: Cell | undefined) => formatDecimal(cell as number, { maximumFractionDigits: 1 }, language);
  const columns = [
    textColumn("rule_id", words.rule),
    textColumn("rule_version", words.version),
    stateColumn(words.state),
    textColumn("forwarder", words.forwarder),
    textColumn("field", words.field),
    unitColumn("samples_before", words.samplesBefore, "count"),
    unitColumn("accuracy_before", words.before, "ratio"),
    unitColumn("samples", words.samples, "count"),
    unitColumn("accuracy", words.after, "ratio"),
    numberColumn("evidence", words.proof, (cell, row) => `${digit(cell)} / ${digit(row.at(-1))}`),
    unitColumn("invoices_still_needed", words.invoicesNeeded, "count"),
    instantColumn("watch_ends_at", words.watchEnds, when),
    textColumn("reason", words.reason, (cell) => <Sentence text={String(cell)} isCut />),
  ];
  const link = ([rule]: Cell[]) => hrefOf("rules", [], { view: "accuracy", rule: String(rule), days: "90", least: "1" });
  return <Listed title={words.watched} note={words.watchedNote} none={words.noWatched} hint={words.noWatchedHint} sql={sql} columns={columns} link={link} />;
}

function Patterns({ sql }: { sql: string }) {
  const words = useRuleWords();
  const when = useMinutes();
  const columns = [
    textColumn("forwarder", words.forwarder),
    textColumn("field", words.field),
    textColumn("pattern", words.pattern, (cell) => <code>{String(cell)}</code>),
    stateColumn(words.state),
    unitColumn("users", words.users, "count"),
    unitColumn("users_still_needed", words.usersNeeded, "count"),
    unitColumn("corrections", words.corrections, "count"),
    instantColumn("since_at", words.since, when),
  ];
  // What became ripe before a service first fed back has no message.
  const link = (row: Cell[]) => (row.at(-1) === null ? undefined : hrefOf("rules", [String(row.at(-1))]));
  return <Listed title={words.patterns} none={words.noPatterns} hint={words.noPatternsHint} sql={sql} columns={columns} link={link} />;
}

interface ListedProps {
  title: string;
  note?: string;
  /** What stands where no row is, and what would appear. */
  none: string;
  hint: string;
  sql: string;
  columns: TableColumn[];
  link(row: Cell[]): string | undefined;
}

function Listed({ title, note, none, hint, sql, columns, link }: ListedProps) {
  const words = useRuleWords();
  const { rows, error, loading, reload } = useQuery(sql, { every: EVERY_MS });
  return (
    <section class="sheet">
      <h2>{title}</h2>
      {note && <p class="soft">{note}</p>}
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {!rows && loading && <Loading />}
      {rows?.rows.length === 0 && <Empty title={none} hint={hint} />}
      {rows && rows.rows.length > 0 && <Table caption={title} captionHidden columns={columns} rows={rows.rows} rowLink={link} />}
      <p><a href={sqlHref(sql)}>{words.openSql}</a></p>
    </section>
  );
}

function stateColumn(title: string): TableColumn {
  return textColumn("state", title, (cell) => <Stand state={String(cell)} />);
}

/** How something stands, by colour, sign and word. */
function Stand({ state }: { state: string }) {
  return <Sign level={LEVELS[state] ?? "info"} text={valueWord(useRuleWords(), "state", state)} />;
}

/** Writes an instant to the minute in the reader's zone. */
function useMinutes(): (instant: string) => string {
  const language = useLanguage();
  const zone = useZone();
  return (instant) => formatMinute(instant, zone, language);
}
