//! The words of the business in the three languages side by side, and what they mean in the reader's own.
import type { Kpi } from "../../kpis/catalogue.ts";
import type { Language } from "../../words/language.ts";
import { useLanguage } from "../../words/index.ts";
import { hrefOfKpi } from "./places.ts";
import { useCatalogWords } from "./words.ts";

export function Glossary({ kpis }: { kpis: Kpi[] }) {
  const words = useCatalogWords();
  const language = useLanguage();
  const names: Record<Language, string> = { en: words.termEn, "zh-Hant": words.termHant, "zh-Hans": words.termHans };
  const others = (Object.keys(names) as Language[]).filter((other) => other !== language);
  const byTitle = new Intl.Collator(language);
  const sorted = [...kpis].sort((a, b) => byTitle.compare(a.titles[language], b.titles[language]));
  return (
    <div class="table" tabIndex={0} role="region" aria-label={words.glossary}>
      <table class="catalog-table">
        <caption class="unseen">{words.glossary}</caption>
        <thead>
          <tr>
            <th scope="col" lang={language}>{names[language]}</th>
            {others.map((other) => <th key={other} scope="col" lang={other}>{names[other]}</th>)}
            <th scope="col">{words.meaning}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ kpi, titles, meanings }) => (
            <tr key={kpi}>
              <th scope="row"><a href={hrefOfKpi(kpi)}>{titles[language]}</a></th>
              {others.map((other) => <td key={other} lang={other}>{titles[other]}</td>)}
              <td>{meanings[language]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
