//! One KPI: its definition, its targets, its words in three languages and where it comes from.
import type { Kpi } from "../../kpis/catalogue.ts";
import { formatValue } from "../../format/numbers.ts";
import { hrefOf } from "../../router.ts";
import { sqlHref } from "../../shell/links.ts";
import { LANGUAGES, useLanguage, useWords } from "../../words/index.ts";
import type { Edge } from "./catalogue.ts";
import { Lineage } from "./Lineage.tsx";
import { keyOf } from "./lineage.ts";
import { hrefOfSection } from "./places.ts";
import { useCatalogWords } from "./words.ts";

export interface KpiPageProps {
  kpi: Kpi;
  edges: Edge[];
}

export function KpiPage({ kpi, edges }: KpiPageProps) {
  const words = useCatalogWords();
  const shell = useWords();
  const language = useLanguage();
  const { kpi: name, titles, meanings, formula, unit, owner, topic, grains, targets } = kpi;
  const others = LANGUAGES.map((one) => one.language).filter((other) => other !== language);
  const question = `SELECT bucket, city, value, target, status\nFROM kpi_daily\nWHERE kpi = '${name}'\nORDER BY bucket DESC, city\nLIMIT 1000`;
  return (
    <>
      <nav class="catalog-back" aria-label={shell.catalog}><a href={hrefOfSection("kpis")}>← {words.back}</a></nav>
      <h1>{titles[language]} <span class="catalog-kind kpi">{words.kindKpi}</span></h1>
      <p>{meanings[language]}</p>
      <p class="row">
        <a class="button main" href={hrefOf("kpis", [name])}>{words.openKpi}</a>
        <a class="button" href={sqlHref(question)}>{words.ask}</a>
      </p>
      <dl class="catalog-facts">
        <dt>{words.name}</dt><dd><code>{name}</code></dd>
        <dt>{words.otherNames}</dt><dd>{others.map((other) => <span key={other} lang={other}>{titles[other]} </span>)}</dd>
        <dt>{words.formula}</dt><dd><code>{formula}</code></dd>
        <dt>{words.unit}</dt><dd>{unit}</dd>
        <dt>{words.owner}</dt><dd>{owner}</dd>
        <dt>{words.topic}</dt><dd>{topic}</dd>
        <dt>{words.grains}</dt><dd>{grains.join(", ")}</dd>
        {targets && (
          <><dt>{words.targets}</dt><dd>{targets.map((target) => formatValue(target, unit, language)).join(" · ")}</dd></>
        )}
      </dl>
      <Lineage edges={edges} of={keyOf("kpi", name)} name={name} />
    </>
  );
}
