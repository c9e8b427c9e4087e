//! What will not suffice, when, and why.
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { formatMinute } from "../../format/times.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { numberColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Sentence } from "../../parts/Sentence.tsx";
import { Sign } from "../../parts/Sign.tsx";
import type { Level } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import { useParameter } from "../../router.ts";
import { cityName, useCities, useCity, useZone } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import type { Language } from "../../words/index.ts";
import { capacitySql } from "./queries.ts";
import { useForecastWords, valueWord } from "./words.ts";
import type { ForecastWords } from "./words.ts";

export function Capacity() {
  const words = useForecastWords();
  const [city] = useCity();
  const [which, setWhich] = useParameter("which", "all");
  const answer = useQuery(capacitySql(city));
  if (answer.error) return <ErrorNotice error={answer.error} onRetry={answer.reload} />;
  if (!answer.rows) return <Loading />;
  const all = answer.rows.rows;
  const open = all.filter(([status]) => status !== "fine");
  if (all.length === 0) return <Empty title={words.noCapacity} hint={words.noCapacityHint} />;
  return (
    <>
      {open.length === 0 && <Notice level="ok" title={words.allFine} />}
      <div class="filters">
        <Chooser label={words.advice} value={which} onChoose={setWhich}
          options={[{ value: "all", text: `${words.all} (${all.length})` }, { value: "open", text: `${words.onlyOpen} (${open.length})` }]} />
      </div>
      <AdviceTable rows={which === "open" ? open : all} />
    </>
  );
}

const LEVELS: Record<string, Level> = { fine: "ok", warn: "warn", act: "act" };

/** Where the part of the resource, the unit and the bounds of the time stand in a row. */
const [CATEGORY, UNIT, EARLIEST, LATEST] = [9, 10, 11, 12];

function AdviceTable({ rows }: { rows: Cell[][] }) {
  const words = useForecastWords();
  const language = useLanguage();
  const zone = useZone();
  const cities = useCities();
  const when = (cell: Cell) => formatMinute(String(cell), zone, language);
  const figure = (cell: Cell, row: Cell[]) => figureText(String(cell), String(row[UNIT]), words, language);
  const part = (cell: Cell) => (cell === null ? "" : `: ${valueWord(words, "category", String(cell))}`);
  const span = (row: Cell[]) => (row[EARLIEST] && row[LATEST] ? `${when(row[EARLIEST])} – ${when(row[LATEST])}` : undefined);
  const columns = [
    textColumn("status", words.status, (cell) => <Sign level={LEVELS[String(cell)] ?? "info"} text={words[cell as "fine" | "warn" | "act"]} />),
    textColumn("resource", words.resource, (cell, row) => valueWord(words, "resource", String(cell)) + part(row[CATEGORY] ?? null)),
    { ...textColumn("city", words.city), show: (cell: Cell) => (cell === null ? words.allCities : cityName(cities, String(cell), language)) },
    numberColumn("figure", words.figure, figure),
    numberColumn("available", words.available, figure),
    textColumn("at", words.when, (cell, row) => <time title={span(row)}>{when(cell)}</time>),
    unitColumn("probability", words.probability, "ratio"),
    textColumn("confidence", words.confidence, (cell) => valueWord(words, "confidence", String(cell))),
    textColumn("reason", words.reason, (cell) => <span class="long"><Sentence text={String(cell)} /></span>),
  ];
  return <Table caption={words.advice} captionHidden columns={columns} rows={rows} />;
}

/** Money and counts by their unit; other units are written after the number. */
function figureText(decimal: string, unit: string, words: ForecastWords, language: Language): string {
  if (/^[A-Z]{3}$/.test(unit)) return formatValue(decimal, unit, language);
  if (unit === "bytes") return formatValue(decimal, "bytes", language);
  return `${formatValue(decimal, "count", language)} ${valueWord(words, "unit", unit)}`;
}
