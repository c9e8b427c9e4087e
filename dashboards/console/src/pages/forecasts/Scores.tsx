//! How good past forecasts were: by series, step, city and forwarder, and one of them beside what came.
import { useMemo } from "preact/hooks";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatMinute } from "../../format/times.ts";
import { Chart } from "../../parts/Chart.tsx";
import { Chooser } from "../../parts/Chooser.tsx";
import { numberColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { formatValue } from "../../format/numbers.ts";
import { hrefOf, useParameter } from "../../router.ts";
import { cityName, useCities, useCity, useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { pastSql, scoredSql, scoresSql } from "./queries.ts";
import type { Choice, Grain } from "./queries.ts";
import { useForetold, useSeriesTitle } from "./series.ts";
import { useForecastWords } from "./words.ts";

/** The goal of daily volumes: domain.md, section 7. */
const MAPE_GOAL = 0.15;

/** What is drawn first: the volume of all cities together. */
const HEADLINE = { series: "invoices_received", grain: "day", city: "", forwarder: "" };

export function Scores() {
  const words = useForecastWords();
  const [city] = useCity();
  const [series] = useParameter("scored");
  const [grain] = useParameter("grain", "day");
  const [of] = useParameter("of");
  const [forwarder] = useParameter("forwarder");
  const answer = useQuery(scoresSql(city));
  if (answer.error) return <ErrorNotice error={answer.error} onRetry={answer.reload} />;
  if (!answer.rows) return <Loading />;
  const rows = answer.rows.rows;
  const first = rows[0];
  if (!first) return <Empty title={words.noScores} hint={words.noScoresHint} />;
  const known = (wanted: typeof HEADLINE) => rows.map(choiceOf).find((choice) =>
    choice.series === wanted.series && choice.grain === wanted.grain && choice.city === wanted.city && choice.forwarder === wanted.forwarder);
  return (
    <>
      <Scored choice={known({ series, grain, city: of, forwarder }) ?? known(HEADLINE) ?? choiceOf(first)} />
      <section class="sheet">
        <ScoreTable rows={rows} />
      </section>
    </>
  );
}

/** A row's series: it begins with series, step, city and forwarder. */
function choiceOf([series, grain, city, forwarder]: Cell[]): Choice {
  return { series: String(series), grain: grain as Grain, city: String(city ?? ""), forwarder: String(forwarder ?? "") };
}

function ScoreTable({ rows }: { rows: Cell[][] }) {
  const words = useForecastWords();
  const language = useLanguage();
  const title = useSeriesTitle();
  const foretold = useForetold().value;
  const cities = useCities();
  const unitOf = (row: Cell[]) => foretold?.get(String(row[0]))?.unit ?? "count";
  const columns = [
    textColumn("series", words.series, (cell) => title(String(cell))),
    textColumn("grain", words.step, (cell) => words[cell as Grain]),
    // None is no gap here: it stands for all together.
    { name: "city", title: words.city, type: "text", show: (cell: Cell) => (cell === null ? words.allCities : cityName(cities, String(cell), language)) },
    { name: "forwarder", title: words.forwarder, type: "text", show: (cell: Cell) => (cell === null ? words.allForwarders : String(cell)) },
    unitColumn("steps", words.steps, "count"),
    unitColumn("mape", `${words.meanError}; ${fill(words.goal, { goal: formatValue(MAPE_GOAL, "ratio", language) })}`, "ratio"),
    numberColumn("bias", words.bias, (cell, row) => formatValue(cell as number, unitOf(row), language)),
    unitColumn("inside80", words.inside80, "ratio"),
    unitColumn("inside95", words.inside95, "ratio"),
  ];
  const linkOf = ({ series, grain, city, forwarder }: Choice) =>
    hrefOf("forecasts", [], { view: "scores", scored: series, grain, of: city, forwarder });
  return <Table caption={words.byModel} columns={columns} rows={rows} rowLink={(row) => linkOf(choiceOf(row))} />;
}

function Scored({ choice }: { choice: Choice }) {
  const { series, city, forwarder } = choice;
  const words = useForecastWords();
  const language = useLanguage();
  const zone = useZone();
  const cities = useCities();
  const title = useSeriesTitle();
  const foretold = useForetold();
  const [madeAt, setMadeAt] = useParameter("made");
  const past = useQuery(pastSql(choice));
  const made = past.rows?.rows.map(([at]) => String(at)) ?? [];
  const shown = made.includes(madeAt) ? madeAt : made[0];
  const answer = useQuery(shown === undefined ? null : scoredSql(choice, shown));
  const drawn = useMemo(() => answer.rows && drawnOf(answer.rows.rows, words), [answer.rows, words]);
  const failed = [foretold, past, answer].filter(({ error }) => error);
  if (failed[0]?.error) return <ErrorNotice error={failed[0].error} onRetry={() => failed.forEach((answer) => answer.reload())} />;
  if (!drawn || !foretold.value || shown === undefined) return <Loading />;
  const place = forwarder !== "" ? forwarder : city !== "" ? cityName(cities, city, language) : words.allCities;
  return (
    <section class="sheet">
      <Chooser label={words.scoresFrom} value={shown} onChoose={setMadeAt} options={made.map((value) => ({ value, text: formatMinute(value, zone, language) }))} />
      <Chart title={`${title(series)} · ${place}`} series={drawn.series} bands={drawn.bands}
        unit={foretold.value.get(series)?.unit ?? "count"} zone={zone} />
    </section>
  );
}

/** Rows of when, actual, mean, bounds of 80, bounds of 95. */
function drawnOf(rows: Cell[][], words: ReturnType<typeof useForecastWords>) {
  const points = (column: number) => rows.map((row) => ({ at: String(row[0]), value: row[column] as number | null }));
  const bounds = (low: number, high: number) => rows.map((row) => ({ at: String(row[0]), low: row[low] as number, high: row[high] as number }));
  return {
    series: [{ name: words.actual, points: points(1) }, { name: words.expected, points: points(2), kind: "dashed" as const }],
    bands: [{ name: words.band95, points: bounds(5, 6) }, { name: words.band80, points: bounds(3, 4) }],
  };
}
