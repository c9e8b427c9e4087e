//! What a KPI is: formula, owner, targets, thresholds, where it comes from.
import { formatValue } from "../../format/numbers.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { hrefOf } from "../../router.ts";
import { sqlHref } from "../../shell/links.ts";
import { useLanguage } from "../../words/index.ts";
import type { Looking } from "./looking.ts";
import { courseSql } from "./queries.ts";
import { useKpiWords } from "./words.ts";

/** The buckets of the question that the SQL editor is opened with. */
const BUCKETS_IN_EDITOR = 90;

export function About({ kpi, looking }: { kpi: Kpi; looking: Looking }) {
  const words = useKpiWords();
  const language = useLanguage();
  const shown = (value: number | null) => formatValue(value, kpi.unit, language);
  return (
    <section class="sheet" aria-labelledby="about">
      <h2 id="about">{words.about}</h2>
      <dl class="kpi-about">
        <dt>{words.id}</dt>
        <dd>
          <code>{kpi.kpi}</code>
        </dd>
        <dt>{words.formula}</dt>
        <dd>
          <code>{kpi.formula}</code>
        </dd>
        <dt>{words.unit}</dt>
        <dd>{kpi.unit}</dd>
        <dt>{words.owner}</dt>
        <dd>{kpi.owner}</dd>
        {kpi.targets && (
          <>
            <dt>{words.targets}</dt>
            <dd>{kpi.targets.map(shown).join(" / ")}</dd>
          </>
        )}
        {(kpi.warn !== null || kpi.act !== null) && (
          <>
            <dt>{words.thresholds}</dt>
            <dd>
              {shown(kpi.warn)} / {shown(kpi.act)}
            </dd>
          </>
        )}
      </dl>
      <p>
        <a href={hrefOf("catalog", ["kpi", kpi.kpi])}>{words.lineage}</a>
      </p>
      <p>
        <a href={sqlHref(courseSql(kpi, looking, BUCKETS_IN_EDITOR))}>{words.openSql}</a>
      </p>
    </section>
  );
}
