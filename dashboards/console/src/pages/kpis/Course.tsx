//! A KPI's course over time with its target, what is foretold, and what was found unusual.
import { useMemo } from "preact/hooks";
import { objects } from "../../api/rows.ts";
import type { Rows } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { shift } from "../../kpis/buckets.ts";
import type { Grain, Kpi } from "../../kpis/catalogue.ts";
import { valueOf } from "../../kpis/readings.ts";
import type { Value } from "../../kpis/readings.ts";
import { Chart } from "../../parts/Chart.tsx";
import type { Band, ChartPoint, Series } from "../../parts/Chart.tsx";
import { Chooser } from "../../parts/Chooser.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { useParameter } from "../../router.ts";
import { fill, useLanguage } from "../../words/index.ts";
import type { Looking } from "./looking.ts";
import { courseSql, forecastSql } from "./queries.ts";
import { useKpiWords } from "./words.ts";
import type { KpiWords } from "./words.ts";

/** How many buckets may be chosen, by span; the middle one is shown first. */
const RANGES: Record<Grain, [number, number, number]> = {
  hour: [48, 168, 672],
  day: [30, 90, 365],
  month: [6, 12, 36],
};

/** As many foretold buckets as this share of those shown, so that the past stays readable. */
const FORETOLD_SHARE = 0.5;

export function Course({ kpi, looking, place }: { kpi: Kpi; looking: Looking; place: string }) {
  const words = useKpiWords();
  const language = useLanguage();
  const ranges = RANGES[looking.grain];
  const [range, setRange] = useParameter("range");
  const numBuckets = ranges.find((one) => String(one) === range) ?? ranges[1];
  const course = useQuery(courseSql(kpi, looking, numBuckets));
  const forecast = useQuery(forecastSql(kpi, looking));
  const drawn = useMemo(
    () =>
      course.rows &&
      draw({
        kpi,
        grain: looking.grain,
        words,
        course: course.rows,
        forecast: forecast.rows,
        numForetold: Math.ceil(numBuckets * FORETOLD_SHARE),
      }),
    [course.rows, forecast.rows, words, kpi, looking.city],
  );
  const lasts = { hour: words.lastHour, day: words.lastDay, month: words.lastMonth }[looking.grain];
  const options = ranges.map((count) => ({
    value: count === ranges[1] ? "" : String(count),
    text: fill(lasts, { count }),
  }));
  return (
    <>
      <Chooser
        label={words.courseRange}
        value={numBuckets === ranges[1] ? "" : range}
        onChoose={setRange}
        options={options}
      />
      {course.error && <ErrorNotice error={course.error} onRetry={course.reload} />}
      {drawn ? (
        <Chart
          title={fill(words.course, { title: kpi.titles[language], place })}
          series={drawn.series}
          bands={drawn.bands}
          unit={kpi.unit}
          zone={looking.zone}
        />
      ) : (
        !course.error && <Loading />
      )}
    </>
  );
}

export interface Drawn {
  kpi: Kpi;
  /** The grain of the course's buckets. */
  grain: Grain;
  words: KpiWords;
  /** Figures by bucket, in order. */
  course: Rows;
  forecast?: Rows;
  /** At most so many buckets of the forecast are drawn. */
  numForetold?: number;
}

/** A course with its targets, the range of its cities, and what is foretold. */
export function draw({ kpi, grain, words, course, forecast, numForetold }: Drawn): { series: Series[]; bands: Band[] } {
  const values = fillGaps(
    objects(course).map((row) => valueOf(kpi, String(row["bucket"]), row)),
    grain,
  );
  const points = (read: (value: (typeof values)[number]) => string | null): ChartPoint[] =>
    values.map((value) => ({ at: value.bucket, value: numberOf(read(value)) }));
  const series: Series[] = [
    { name: words.value, points: points((value) => value.text), kind: kpi.isSum && kpi.additive ? "bars" : "line" },
  ];
  const bands: Band[] = [];
  if (values.some((value) => value.target !== null)) {
    series.push({ name: words.target, kind: "dashed", points: points((value) => value.target) });
  }
  if (values.some((value) => value.range)) {
    const ranges = values.map(({ bucket, text, range }) => ({
      at: bucket,
      low: numberOf(range?.[0] ?? text),
      high: numberOf(range?.[1] ?? text),
    }));
    bands.push({ name: words.cityRange, points: ranges });
  }
  const foretold = forecast
    ? foretoldAfter(forecast, values.at(-1)?.bucket ?? "", grain).slice(0, numForetold)
    : [];
  if (foretold.length > 0) {
    series.push({
      name: words.forecast,
      kind: "dashed",
      points: foretold.map(({ at, mean }) => ({ at, value: mean })),
    });
    bands.push({ name: words.band, points: foretold });
  }
  return { series, bands };
}

/** Buckets without a row are there without a value, so that a line breaks where nothing was measured. */
function fillGaps(values: Value[], grain: Grain): Value[] {
  const known = new Map(values.map((value) => [value.bucket, value]));
  const last = values.at(-1)?.bucket ?? "";
  const filled: Value[] = [];
  for (let bucket = values[0]?.bucket; bucket !== undefined && bucket <= last; bucket = shift(bucket, grain, 1)) {
    filled.push(known.get(bucket) ?? { bucket, text: null, range: null, target: null, level: null });
  }
  return filled;
}

/** What is foretold of buckets after the last known one. */
function foretoldAfter(forecast: Rows, last: string, grain: Grain) {
  return forecast.rows
    .map(([horizon, mean, low, high]) => ({
      // The horizon of a day is written as that day's midnight.
      at: grain === "hour" ? String(horizon) : String(horizon).slice(0, 10),
      mean: Number(mean),
      low: Number(low),
      high: Number(high),
    }))
    .filter(({ at }) => at > last);
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
