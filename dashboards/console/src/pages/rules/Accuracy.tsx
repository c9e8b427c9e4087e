//! How accurate rules read: by version, forwarder, field, city or layer; one of them over time.
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { numberColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { hrefOf, useParameter } from "../../router.ts";
import { cityName, useCities, useCity } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { OverTime } from "./OverTime.tsx";
import { accuracySql, DIMENSIONS, keysOf, SUBJECTS_SQL } from "./queries.ts";
import type { AccuracyFilters, Dimension } from "./queries.ts";
import { useRuleWords, valueWord } from "./words.ts";

const SPANS = ["7", "30", "90"];
const LEASTS = ["1", "20", "100", "500"];

export function Accuracy() {
  const words = useRuleWords();
  const [city] = useCity();
  const [by, setBy] = useParameter("by", "version");
  const [days, setDays] = useParameter("days", "30");
  const [least, setLeast] = useParameter("least", "20");
  const [rule, setRule] = useParameter("rule");
  const [forwarder, setForwarder] = useParameter("forwarder");
  const [field, setField] = useParameter("field");
  const [of] = useParameter("of");
  const read = useQuery(SUBJECTS_SQL);
  const filters: AccuracyFilters = {
    by: DIMENSIONS.find((one) => one === by) ?? "version", days: Number(days) || 30, least: Number(least) || 1, rule, city, forwarder, field,
  };
  const answer = useQuery(accuracySql(filters));
  const named = (column: number) => {
    const names = new Set((read.rows?.rows ?? []).map((row) => row[column]).filter((name) => name !== null).map(String));
    return [{ value: "", text: words.all }, ...[...names].sort().map((name) => ({ value: name, text: name }))];
  };
  const rows = answer.rows?.rows ?? [];
  const key = keyIn(rows, filters.by, of);
  return (
    <>
      <search class="filters">
        <Chooser label={words.by} value={filters.by} onChoose={setBy} options={DIMENSIONS.map((value) => ({ value, text: words[`by_${value}`] }))} />
        <Chooser label={words.span} value={days} onChoose={setDays} options={SPANS.map((value) => ({ value, text: fill(words.days, { days: value }) }))} />
        <Chooser label={words.least} value={least} onChoose={setLeast} options={LEASTS.map((value) => ({ value, text: `${value} ${words.reads}` }))} />
        <Chooser label={words.forwarder} value={forwarder} onChoose={setForwarder} options={named(0)} />
        <Chooser label={words.field} value={field} onChoose={setField} options={named(1)} />
        <input type="search" data-search aria-label={words.search} placeholder={words.search} value={rule}
          onChange={(event) => setRule(event.currentTarget.value)} />
      </search>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.rows && answer.loading && <Loading />}
      {answer.rows && rows.length === 0 && <Empty title={words.noReadings} hint={words.noReadingsHint} />}
      {key && <OverTime filters={filters} of={key} />}
      {rows.length > 0 && <AccuracyTable rows={rows} by={filters.by} />}
    </>
  );
}

/** The key that the address names, if the table has it; else that of the first row. */
function keyIn(rows: Cell[][], by: Dimension, of: string): string[] | undefined {
  const width = keysOf(by).length;
  const keys = rows.map((row) => row.slice(0, width).map(String));
  return keys.find((key) => key.join(" ") === of) ?? keys[0];
}

function AccuracyTable({ rows, by }: { rows: Cell[][]; by: Dimension }) {
  const words = useRuleWords();
  const language = useLanguage();
  const cities = useCities();
  const width = keysOf(by).length;
  const titles: Record<string, string> = {
    rule_id: words.rule, rule_version: words.version, forwarder: words.forwarder, field: words.field, city: words.city, layer: words.layer,
  };
  const shown = (name: string) => (cell: Cell) => {
    if (name === "city") return cityName(cities, String(cell), language);
    return name === "layer" ? valueWord(words, "layer", String(cell)) : String(cell);
  };
  const share = (cell: Cell) => formatValue(cell as number, "ratio", language);
  const columns = [
    ...keysOf(by).map((name) => textColumn(name, titles[name]!, shown(name))),
    unitColumn("n", words.readings, "count"),
    unitColumn("correct", words.correct, "count"),
    unitColumn("p", words.accuracy, "ratio"),
    numberColumn("low", words.interval, (low, row) => `${share(low)} – ${share(row.at(-1) ?? null)}`),
  ];
  const link = (row: Cell[]) => {
    const kept = Object.fromEntries(new URLSearchParams(location.search));
    return hrefOf("rules", [], { ...kept, view: "accuracy", of: row.slice(0, width).join(" ") });
  };
  return <Table caption={words.accuracyTable} columns={columns} rows={rows} rowLink={link} />;
}
