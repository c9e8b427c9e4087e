//! One anomaly: what was found, why, how the figures went around it, the events behind it, and what people say.
import { useQuery } from "../../api/use.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sentence } from "../../parts/Sentence.tsx";
import { hrefOf } from "../../router.ts";
import { kpiTitle, useKpis } from "../../kpis/catalogue.ts";
import { sqlHref } from "../../shell/links.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { AroundChart } from "./AroundChart.tsx";
import { Contributions } from "./Contributions.tsx";
import { readExplanation } from "./contributions.ts";
import { eventsSql } from "./events.ts";
import { Facts } from "./Facts.tsx";
import { Severity, Standing } from "./Marked.tsx";
import { Marks } from "./Marks.tsx";
import { anomaliesOf, oneSql } from "./queries.ts";
import type { Anomaly } from "./queries.ts";
import { useAnomalyWords, valueWord } from "./words.ts";

export function Detail({ id }: { id: string }) {
  const words = useAnomalyWords();
  const answer = useQuery(oneSql(id), { every: 30_000 });
  const anomaly = answer.rows && anomaliesOf(answer.rows)[0];
  return (
    <>
      <p><a href={hrefOf("anomalies")}>← {words.back}</a></p>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.rows && answer.loading && <Loading />}
      {answer.rows && !anomaly && <Empty title={words.unknown} hint={id} heading />}
      {anomaly && <Found anomaly={anomaly} onMarked={answer.reload} />}
    </>
  );
}

function Found({ anomaly, onMarked }: { anomaly: Anomaly; onMarked(): void }) {
  const words = useAnomalyWords();
  const language = useLanguage();
  const cities = useCities();
  const kpis = useKpis();
  const series = kpiTitle(kpis, valueWord(words, "series", anomaly.series), language);
  const place = [anomaly.city && cityName(cities, anomaly.city, language), anomaly.forwarder].filter(Boolean);
  const title = [valueWord(words, "kind", anomaly.kind), series, ...place].join(" · ");
  const explanation = readExplanation(anomaly.explanation);
  return (
    <>
      <h1>{title}</h1>
      <p class="row"><Severity severity={anomaly.severity} /> <Standing state={anomaly.state} /></p>
      <div class="sides">
        <div>
          <section class="sheet">
            <h2>{words.explanation}</h2>
            <p class="sentence"><Sentence text={explanation.sentence} /></p>
            <Contributions explanation={explanation} />
          </section>
          {kpis.some(({ kpi }) => kpi === anomaly.series) && <AroundChart anomaly={anomaly} title={series} />}
          <Events anomaly={anomaly} />
        </div>
        <div>
          <Facts anomaly={anomaly} />
          <Marks anomaly={anomaly} onMarked={onMarked} />
        </div>
      </div>
    </>
  );
}

function Events({ anomaly }: { anomaly: Anomaly }) {
  const words = useAnomalyWords();
  const sql = eventsSql(anomaly);
  return (
    <section class="sheet">
      <h2>{words.events}</h2>
      <p><a href={sqlHref(sql)}>{words.openSql}</a></p>
      <details>
        <summary>{words.showSql}</summary>
        <pre tabIndex={0}>{sql}</pre>
      </details>
    </section>
  );
}
