//! The KPI around an anomaly, beside what the same time of the weeks before had.
import { useMemo } from "preact/hooks";
import { useQuery } from "../../api/use.ts";
import { Chart } from "../../parts/Chart.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { useKpi } from "../../kpis/catalogue.ts";
import { useCities, useZone } from "../../shell/place.ts";
import { fill } from "../../words/index.ts";
import { aroundOf, aroundSql, spanOf, unusualPoints } from "./around.ts";
import type { Anomaly } from "./queries.ts";
import { useAnomalyWords } from "./words.ts";

export function AroundChart({ anomaly, title }: { anomaly: Anomaly; title: string }) {
  const words = useAnomalyWords();
  const zone = useZone();
  const kpi = useKpi(anomaly.series);
  const cities = useCities();
  const cityZone = cities.find(({ city }) => city === anomaly.city)?.time_zone;
  const isKnown = anomaly.city === null || cities.length > 0;
  // The span is of the moment at which the anomaly was opened, so that the question stays the same.
  const span = useMemo(() => spanOf(anomaly, cityZone, Date.now()), [anomaly.anomaly_id, anomaly.until, cityZone]);
  const answer = useQuery(isKnown ? aroundSql(anomaly, span) : null);
  const drawn = useMemo(() => {
    if (!answer.rows || !kpi) return null;
    const { points, usual } = aroundOf(answer.rows, kpi, span);
    const unusual = unusualPoints(points, span);
    const expected = anomaly.expected === null ? [] : unusual.map(({ at }) => ({ at, value: Number(anomaly.expected) }));
    return {
      series: [
        { name: title, points },
        { name: words.found, points: unusual, kind: "dots" as const },
        { name: words.expectedThen, points: expected, kind: "dots" as const },
      ],
      bands: [{ name: words.usualWeeks, points: usual }],
    };
  }, [answer.rows, kpi, span, title, words, anomaly.expected]);
  if (answer.error) return <ErrorNotice error={answer.error} onRetry={answer.reload} />;
  // Parts of medians and distinct counts say nothing of the whole.
  if (!kpi || (!kpi.additive && anomaly.city === null)) return null;
  return (
    <section class="sheet">
      {drawn
        ? <Chart title={fill(words.around, { series: title })} series={drawn.series} bands={drawn.bands} unit={kpi.unit} zone={zone} />
        : <Loading />}
    </section>
  );
}
