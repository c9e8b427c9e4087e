//! Relations and KPIs as lists: what each is called, what it means, and why it was found.
import type { Kpi } from "../../kpis/catalogue.ts";
import { formatCount } from "../../format/numbers.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { hrefOfKpi, hrefOfRelation } from "./places.ts";
import type { FoundRelation } from "./search.ts";
import { KIND_WORDS, useCatalogWords } from "./words.ts";

/** Columns that are named where a search found them; the page of the relation has all. */
const COLUMNS_SHOWN = 6;

export function RelationList({ found }: { found: FoundRelation[] }) {
  const words = useCatalogWords();
  const language = useLanguage();
  return (
    <ul class="catalog-list">
      {found.map(({ relation: { name, kind, meaning, columns: all }, columns }) => (
        <li key={name}>
          <a href={hrefOfRelation(name)}><code>{name}</code></a>
          <span class={`catalog-kind ${kind}`}>{words[KIND_WORDS[kind]]}</span>
          <span class="soft">{fill(words.numColumns, { count: formatCount(all.length, language) })}</span>
          <p lang="en">{meaning || <span class="soft" lang={language}>{words.noMeaning}</span>}</p>
          {columns.length > 0 && (
            <ul class="catalog-columns">
              {columns.slice(0, COLUMNS_SHOWN).map((column) => <li key={column.name}><code>{column.name}</code> <span class="soft" lang="en">{column.meaning}</span></li>)}
              {columns.length > COLUMNS_SHOWN && <li class="soft">+{columns.length - COLUMNS_SHOWN}</li>}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

export function KpiList({ kpis }: { kpis: Kpi[] }) {
  const language = useLanguage();
  return (
    <ul class="catalog-list">
      {kpis.map(({ kpi, titles, meanings, owner }) => (
        <li key={kpi}>
          <a href={hrefOfKpi(kpi)}>{titles[language]}</a>
          <code class="soft">{kpi}</code>
          <span class="soft">{owner}</span>
          <p>{meanings[language]}</p>
        </li>
      ))}
    </ul>
  );
}
