//! A chart over time with what it says in words and as a table.
import { useMemo, useState } from "preact/hooks";
import { fill, useLanguage, useWords } from "../words/index.ts";
import { ChartTable } from "./chart/ChartTable.tsx";
import { Plot } from "./chart/Plot.tsx";
import { alignSeries, isOfDays } from "./chart/align.ts";
import { summarise } from "./chart/summary.ts";

export interface ChartPoint {
  /** An RFC 3339 instant or a day `YYYY-MM-DD`. */
  at: string;
  value: number | null;
}

export interface Series {
  name: string;
  points: ChartPoint[];
  /** `line` where nothing is said; `dashed` for targets and forecasts, `bars` for counts, `dots` for findings. */
  kind?: "line" | "dashed" | "bars" | "dots";
}

export interface Band {
  name: string;
  points: { at: string; low: number | null; high: number | null }[];
}

export interface ChartProps {
  /** What it shows; also its accessible name. */
  title: string;
  series: Series[];
  bands?: Band[];
  /** A unit of the catalogue. */
  unit: string;
  /** The zone of the axis; days are of no zone. */
  zone: string;
  /** In pixels. */
  height?: number;
}

export function Chart({ title, series, bands = [], unit, zone, height = 260 }: ChartProps) {
  const words = useWords();
  const language = useLanguage();
  const [asTable, setAsTable] = useState(false);
  const data = useMemo(() => alignSeries(series, bands), [series, bands]);
  const axisZone = isOfDays(series) ? "UTC" : zone;
  const summary = summarise({ title, series: series[0], unit, zone: axisZone, language, words });
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        <button type="button" class="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? words.showAsChart : words.showAsTable}
        </button>
      </figcaption>
      {asTable ? (
        <ChartTable
          caption={title}
          series={series}
          bands={bands}
          data={data}
          unit={unit}
          zone={axisZone}
          ofDays={isOfDays(series)}
        />
      ) : (
        <Plot label={summary} series={series} bands={bands} data={data} unit={unit} zone={axisZone} height={height} />
      )}
      <p class="chart-summary">{data.times.length === 0 ? fill(words.chartEmpty, { title }) : summary}</p>
    </figure>
  );
}
