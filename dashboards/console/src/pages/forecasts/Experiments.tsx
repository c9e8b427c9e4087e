//! How the variants of experiments compare: a verdict each, and what it is based on.
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatCell, formatCount, formatDecimal, formatValue } from "../../format/numbers.ts";
import { numberColumn, textColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Sentence } from "../../parts/Sentence.tsx";
import type { Level } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import { kpiTitle, useKpis } from "../../kpis/catalogue.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { drawnInterval } from "./interval.ts";
import { EXPERIMENTS_SQL } from "./queries.ts";
import { useForecastWords, valueWord } from "./words.ts";

type Row = Record<string, Cell>;

export function Experiments() {
  const words = useForecastWords();
  const answer = useQuery(EXPERIMENTS_SQL);
  if (answer.error) return <ErrorNotice error={answer.error} onRetry={answer.reload} />;
  if (!answer.rows) return <Loading />;
  const groups = grouped(objects(answer.rows));
  if (groups.length === 0) return <Empty title={words.noExperiments} hint={words.noExperimentsHint} />;
  return <>{groups.map((rows) => <Comparison key={`${rows[0]!["experiment"]} ${rows[0]!["variant"]}`} rows={rows} />)}</>;
}

/** The rows of each experiment's variant together, in their order. */
function grouped(rows: Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = JSON.stringify([row["experiment"], row["variant"]]);
    groups.set(name, [...groups.get(name) ?? [], row]);
  }
  return [...groups.values()];
}

function levelOf(verdict: string): Level {
  if (verdict === "better") return "ok";
  if (verdict === "no difference yet") return "info";
  return verdict === "worse" || verdict.startsWith("harms") ? "act" : "warn";
}

/** Units of metrics that are no KPIs. */
const UNITS: Record<string, string> = { success: "ratio", ai_latency_ms: "ms" };

const COLUMNS = ["metric", "role", "control_value", "variant_value", "effect", "lower", "p_value", "standing", "upper"];

function Comparison({ rows }: { rows: Row[] }) {
  const words = useForecastWords();
  const language = useLanguage();
  const kpis = useKpis();
  const first = rows[0]!;
  const verdict = String(first["verdict"]);
  const unit = (row: Cell[]) => UNITS[String(row[0])] ?? kpis.find(({ kpi }) => kpi === row[0])?.unit ?? "";
  const figure = (cell: Cell, row: Cell[]) => formatValue(String(cell), unit(row), language);
  const units = { control: formatCount(String(first["control_units"]), language), variant: formatCount(String(first["variant_units"]), language) };
  const columns = [
    textColumn("metric", words.metric, (cell) => kpiTitle(kpis, valueWord(words, "metric", String(cell)), language)),
    textColumn("role", words.role, (cell) => valueWord(words, "role", String(cell))),
    numberColumn("control_value", String(first["control"]), figure),
    numberColumn("variant_value", String(first["variant"]), figure),
    numberColumn("effect", words.effect, figure),
    numberColumn("lower", words.interval, (low, row) => {
      const [middle = null, high = null] = [row[4], row[8]];
      return <Interval low={low} middle={middle} high={high} text={`${figure(low, row)} – ${figure(high, row)}`} />;
    }),
    numberColumn("p_value", words.pValue, (cell) => formatDecimal(cell as number, { maximumSignificantDigits: 3 }, language)),
    textColumn("standing", words.standing, (cell) => valueWord(words, "standing", String(cell))),
  ];
  return (
    <section class="sheet">
      <h2>{String(first["experiment"])}: {String(first["variant"])}</h2>
      <Notice level={levelOf(verdict)} title={valueWord(words, "verdict", verdict)}><p><Sentence text={String(first["reason"])} /></p></Notice>
      <p class="soft">
        {fill(words.units, { ...units, controlName: String(first["control"]), variantName: String(first["variant"]) })}
        {first["units_needed"] !== null && `; ${fill(words.needed, { units: formatCell(first["units_needed"] ?? null, { name: "", type: "bigint" }, language) })}`}
      </p>
      <Table caption={`${first["experiment"]}: ${first["variant"]}`} captionHidden columns={columns}
        rows={rows.map((row) => COLUMNS.map((name) => row[name] ?? null))} />
    </section>
  );
}

/** The interval as text, with a line beside it that shows where 0 is. */
function Interval({ low, middle, high, text }: { low: Cell; middle: Cell; high: Cell; text: string }) {
  const drawn = drawnInterval(low as string | null, middle as string | null, high as string | null);
  return (
    <span class="interval">
      {text}
      {drawn && (
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <line class="zero" x1={100 * drawn.zero} x2={100 * drawn.zero} y1="0" y2="10" />
          <line class="span" x1={100 * drawn.low} x2={100 * drawn.high} y1="5" y2="5" />
          <line class="middle" x1={100 * drawn.middle} x2={100 * drawn.middle} y1="1" y2="9" />
        </svg>
      )}
    </span>
  );
}
