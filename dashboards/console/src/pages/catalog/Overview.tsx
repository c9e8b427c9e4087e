//! All of the catalogue, searched: relations, KPIs, and the words that they are known by.
import type { Kpi } from "../../kpis/catalogue.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Tabs } from "../../parts/Tabs.tsx";
import { useParameter } from "../../router.ts";
import { formatCount } from "../../format/numbers.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import type { Catalogue, Relation } from "./catalogue.ts";
import { Glossary } from "./Glossary.tsx";
import { KpiList, RelationList } from "./lists.tsx";
import type { Section } from "./places.ts";
import { findKpis, findRelations } from "./search.ts";
import { KIND_WORDS, useCatalogWords } from "./words.ts";

const RELATION_KINDS: Relation["kind"][] = ["table", "view", "system"];

export function Overview({ catalogue }: { catalogue: Catalogue }) {
  const words = useCatalogWords();
  const shell = useWords();
  const language = useLanguage();
  const [search, setSearch] = useParameter("find");
  const [kind, setKind] = useParameter("kind");
  const [part, setPart] = useParameter("part", "relations");
  const section: Section = part === "kpis" || part === "glossary" ? part : "relations";
  const relations = findRelations(catalogue.relations, search).filter(({ relation }) => kind === "" || relation.kind === kind);
  const kpis = findKpis(catalogue.kpis, search);
  const count = (number: number) => ({ count: formatCount(number, language) });
  const tabs = [
    { id: "relations", title: fill(words.relations, count(relations.length)) },
    { id: "kpis", title: fill(words.kpis, count(kpis.length)) },
    { id: "glossary", title: words.glossary },
  ];
  const kinds = RELATION_KINDS.map((value) => ({ value, text: words[KIND_WORDS[value]] }));
  return (
    <>
      <h1>{shell.catalog}</h1>
      <p class="soft">{words.lead}</p>
      <div class="row catalog-search">
        <input type="search" data-search aria-label={words.search} placeholder={words.search} value={search} aria-keyshortcuts="/"
          onInput={(event) => setSearch(event.currentTarget.value)} />
        {section === "relations" && <Chooser label={words.kind} value={kind} onChoose={setKind} options={[{ value: "", text: words.allKinds }, ...kinds]} />}
      </div>
      <Tabs label={words.sections} tabs={tabs} chosen={section} onChoose={setPart}>
        <Found section={section} relations={relations} kpis={kpis} />
      </Tabs>
    </>
  );
}

interface FoundProps {
  section: Section;
  relations: ReturnType<typeof findRelations>;
  kpis: Kpi[];
}

function Found({ section, relations, kpis }: FoundProps) {
  const words = useCatalogWords();
  const num = section === "relations" ? relations.length : kpis.length;
  if (num === 0) return <Empty title={words.nothing} hint={words.nothingHint} />;
  switch (section) {
    case "relations": return <RelationList found={relations} />;
    case "kpis": return <KpiList kpis={kpis} />;
    case "glossary": return <Glossary kpis={kpis} />;
  }
}
