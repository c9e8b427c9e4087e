//! The accuracy of one row of the table, day by day, with its interval.
import { useMemo } from "preact/hooks";
import { useQuery } from "../../api/use.ts";
import { Chart } from "../../parts/Chart.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { fill } from "../../words/index.ts";
import { overTimeSql } from "./queries.ts";
import type { AccuracyFilters } from "./queries.ts";
import { useRuleWords } from "./words.ts";

export function OverTime({ filters, of }: { filters: AccuracyFilters; of: string[] }) {
  const words = useRuleWords();
  const answer = useQuery(overTimeSql(filters, of));
  const drawn = useMemo(() => {
    const rows = answer.rows?.rows.map(([day, p, low, high]) => ({ at: String(day), value: p as number, low: low as number, high: high as number }));
    return rows && { series: [{ name: words.accuracy, points: [...endsOf(filters.days), ...rows] }], bands: [{ name: words.wilson, points: rows }] };
  }, [answer.rows, words, filters.days]);
  if (answer.error) return <ErrorNotice error={answer.error} onRetry={answer.reload} />;
  return (
    <section class="sheet over-time">
      {drawn
        ? <Chart title={fill(words.overTime, { of: of.join(" ") })} series={drawn.series} bands={drawn.bands} unit="ratio" zone="UTC" height={200} />
        : <Loading />}
    </section>
  );
}

/** The first and the last day that were asked for, so that a single day stands at its place among them. */
function endsOf(days: number): { at: string; value: null }[] {
  return [Date.now() - days * 86_400_000, Date.now()].map((time) => ({ at: new Date(time).toISOString().slice(0, 10), value: null }));
}
