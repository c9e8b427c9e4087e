//! What is expected of a series: history, forecast, bounds, method and its error so far.
import { useMemo } from "preact/hooks";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatDecimal, formatValue } from "../../format/numbers.ts";
import { formatMinute } from "../../format/times.ts";
import { Chart } from "../../parts/Chart.tsx";
import { Chooser } from "../../parts/Chooser.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { useParameter } from "../../router.ts";
import { useCity, useZone } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { expectedSum, outlookOf } from "./outlook.ts";
import { CHOICES_SQL, historySql, outlookSql, usedSql } from "./queries.ts";
import type { Choice, Grain } from "./queries.ts";
import { useForetold, useSeriesTitle } from "./series.ts";
import { useForecastWords } from "./words.ts";

export function OutlookView() {
  const words = useForecastWords();
  const title = useSeriesTitle();
  const [city] = useCity();
  const choices = useQuery(CHOICES_SQL);
  const rows = choices.rows?.rows ?? [];
  const [series, setSeries] = useParameter("series", "invoices_received");
  const [grain, setGrain] = useParameter("grain", "day");
  const [forwarder, setForwarder] = useParameter("forwarder");
  const seriesOf = [...new Set(rows.map(([series]) => String(series)))];
  const grains = rows.filter((row) => row[0] === series).map((row) => String(row[1]));
  const forwarders = rows.filter((row) => row[0] === series && row[1] === grain && row[2] !== null).map((row) => String(row[2]));
  if (choices.error) return <ErrorNotice error={choices.error} onRetry={choices.reload} />;
  if (!choices.rows) return <Loading />;
  if (rows.length === 0) return <Empty title={words.none} hint={words.noneHint} />;
  // Forwarders are foretold over all cities together.
  const choice: Choice = { series, grain: grain as Grain, city: forwarder === "" ? city : "", forwarder };
  return (
    <>
      <div class="filters">
        <Chooser label={words.series} value={series} onChoose={setSeries} options={seriesOf.map((value) => ({ value, text: title(value) }))} />
        <Chooser label={words.step} value={grain} onChoose={setGrain} options={[...new Set(grains)].map((value) => ({ value, text: words[value as Grain] }))} />
        {forwarders.length > 0 && (
          <Chooser label={words.forwarder} value={forwarder} onChoose={setForwarder}
            options={[{ value: "", text: words.allForwarders }, ...forwarders.map((value) => ({ value, text: value }))]} />
        )}
      </div>
      <Foretold choice={choice} />
    </>
  );
}

function Foretold({ choice }: { choice: Choice }) {
  const words = useForecastWords();
  const title = useSeriesTitle();
  const zone = useZone();
  const foretold = useForetold();
  const series = foretold.value?.get(choice.series);
  const forecast = useQuery(outlookSql(choice));
  const history = useQuery(series ? (series.isKpi ? historySql(choice, series) : usedSql(choice)) : null);
  const known = history.rows?.rows;
  const outlook = useMemo(
    () => (series && forecast.rows && known ? outlookOf(known, forecast.rows.rows, choice.grain, series) : null),
    [forecast.rows, known, series, choice.grain],
  );
  const drawn = useMemo(() => outlook && {
    series: [{ name: words.actual, points: outlook.actual }, { name: words.expected, points: outlook.expected, kind: "dashed" as const }],
    bands: [{ name: words.band95, points: outlook.band95 }, { name: words.band80, points: outlook.band80 }],
  }, [outlook, words]);
  const failed = [foretold, forecast, history].filter(({ error }) => error);
  if (failed[0]?.error) return <ErrorNotice error={failed[0].error} onRetry={() => failed.forEach((answer) => answer.reload())} />;
  if (forecast.rows?.rows.length === 0 || (foretold.value && !series)) return <Empty title={words.noneOf} hint={words.noneOfHint} />;
  if (!outlook || !drawn || !series) return <Loading />;
  return (
    <div class="sides">
      <section class="sheet">
        <Chart title={title(choice.series)} series={drawn.series} bands={drawn.bands} unit={series.unit} zone={zone} height={320} />
      </section>
      <Method first={forecast.rows!.rows[0]!} unit={series.unit} sum={series.isSum && series.additive ? expectedSum(outlook) : null} zone={zone} />
    </div>
  );
}

/** How the forecast was made, from any of its rows: the method is the same for all. */
function Method({ first, unit, sum, zone }: { first: Cell[]; unit: string; sum: number | null; zone: string }) {
  const words = useForecastWords();
  const language = useLanguage();
  const [model, madeAt, mape, mase] = first.slice(6);
  return (
    <dl class="facts sheet">
      {sum !== null && <div><dt>{words.nextSum}</dt><dd><strong>{formatValue(unit === "count" ? Math.round(sum) : sum, unit, language)}</strong></dd></div>}
      <div><dt>{words.model}</dt><dd><code>{String(model)}</code></dd></div>
      <div><dt>{words.backtest}</dt><dd>{formatValue(mape as number | null, "ratio", language)}</dd></div>
      <div>
        <dt>{words.mase}<small>{words.maseHint}</small></dt>
        <dd>{mase === null ? "–" : formatDecimal(mase as number, { maximumFractionDigits: 2 }, language)}</dd>
      </div>
      <div><dt>{words.madeAt}</dt><dd>{formatMinute(String(madeAt), zone, language)}</dd></div>
    </dl>
  );
}
