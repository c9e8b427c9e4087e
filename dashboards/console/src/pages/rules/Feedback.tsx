//! The messages to the rule engine: how many of each, and the list.
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatCount } from "../../format/numbers.ts";
import { formatMinute } from "../../format/times.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { instantColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sentence } from "../../parts/Sentence.tsx";
import { Table } from "../../parts/Table.tsx";
import { Tile } from "../../parts/Tile.tsx";
import { hrefOf, useParameter } from "../../router.ts";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { Advice } from "./Advice.tsx";
import { COUNTS_SQL, feedbackSql, ID_PLACE, SUBJECTS_SQL } from "./queries.ts";
import { useRuleWords, valueWord } from "./words.ts";

const EVERY_MS = 15_000;

export function Feedback() {
  const shell = useWords();
  const words = useRuleWords();
  const language = useLanguage();
  const [type, setType] = useParameter("type");
  const [advice, setAdvice] = useParameter("advice");
  const [forwarder, setForwarder] = useParameter("forwarder");
  const [field, setField] = useParameter("field");
  const [rule, setRule] = useParameter("rule");
  const counts = useQuery(COUNTS_SQL, { every: EVERY_MS });
  const subjects = useQuery(SUBJECTS_SQL);
  const answer = useQuery(feedbackSql({ type, advice, forwarder, field, rule }), { every: EVERY_MS });
  const distinct = (rows: Cell[][] | undefined, column: number) => (
    [...new Set((rows ?? []).map((row) => row[column]).filter((cell) => cell !== null))].map(String)
  );
  const options = (values: string[], text = (value: string) => value) => [{ value: "", text: words.all }, ...values.map((value) => ({ value, text: text(value) }))];
  return (
    <>
      <Counts rows={counts.rows?.rows ?? []} />
      <search class="filters">
        <Chooser label={words.type} value={type} onChoose={setType}
          options={options(distinct(counts.rows?.rows, 0), (value) => valueWord(words, "type", value))} />
        <Chooser label={words.advice} value={advice} onChoose={setAdvice}
          options={options(distinct(counts.rows?.rows, 1), (value) => valueWord(words, "advice", value))} />
        <Chooser label={words.forwarder} value={forwarder} onChoose={setForwarder} options={options(distinct(subjects.rows?.rows, 0))} />
        <Chooser label={words.field} value={field} onChoose={setField} options={options(distinct(subjects.rows?.rows, 1))} />
        <input type="search" data-search aria-label={words.search} placeholder={words.search} value={rule}
          onChange={(event) => setRule(event.currentTarget.value)} />
      </search>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.rows && answer.loading && <Loading />}
      {answer.rows?.rows.length === 0 && <Empty title={words.none} hint={words.noneHint} />}
      {answer.rows && answer.rows.rows.length > 0 && (
        <>
          <p class="soft" role="status">{fill(shell.rows, { rows: formatCount(answer.rows.rows.length, language) })}</p>
          <MessageTable rows={answer.rows.rows} />
        </>
      )}
    </>
  );
}

/** A tile for each kind of message and advice; each leads to its messages. */
function Counts({ rows }: { rows: Cell[][] }) {
  const words = useRuleWords();
  const language = useLanguage();
  return (
    <div class="tiles counts">
      {rows.map(([type, advice, num, waiting]) => (
        <Tile key={`${type} ${advice}`} title={valueWord(words, "type", String(type))} value={formatCount(String(num), language)}
          href={hrefOf("rules", [], { type: String(type), advice: String(advice ?? "") })}>
          <p class="row">
            {advice !== null && <Advice advice={String(advice)} />}
            {waiting !== "0" && <small>{words.waiting}: {formatCount(String(waiting), language)}</small>}
          </p>
        </Tile>
      ))}
    </div>
  );
}

function MessageTable({ rows }: { rows: Cell[][] }) {
  const words = useRuleWords();
  const language = useLanguage();
  const zone = useZone();
  const when = (instant: string) => formatMinute(instant, zone, language);
  const columns = [
    textColumn("type", words.type, (cell) => valueWord(words, "type", String(cell))),
    textColumn("advice", words.advice, (cell) => <Advice advice={String(cell)} />),
    textColumn("rule_id", words.rule),
    textColumn("rule_version", words.version),
    textColumn("forwarder", words.forwarder),
    textColumn("field", words.field),
    unitColumn("accuracy_before", words.before, "ratio"),
    unitColumn("accuracy", words.after, "ratio"),
    unitColumn("samples", words.samples, "count"),
    { ...textColumn("published_at", words.delivery), show: (cell: Cell) => (cell === null ? `◌ ${words.waiting}` : `✓ ${when(String(cell))}`) },
    instantColumn("made_at", words.made, when),
    textColumn("reason", words.reason, (cell) => <Sentence text={String(cell)} isCut />),
  ];
  return <Table caption={words.messages} captionHidden columns={columns} rows={rows} rowLink={(row) => hrefOf("rules", [String(row[ID_PLACE])])} />;
}
