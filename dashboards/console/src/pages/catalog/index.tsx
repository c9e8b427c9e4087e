//! The page `catalog`: everything that can be asked about, or one thing of it where the address names it.
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { hrefOf, useRoute } from "../../router.ts";
import { fill, useWords } from "../../words/index.ts";
import type { Catalogue } from "./catalogue.ts";
import { KpiPage } from "./KpiPage.tsx";
import { Overview } from "./Overview.tsx";
import { RelationPage } from "./RelationPage.tsx";
import { useCatalogue } from "./use.ts";
import { useCatalogWords } from "./words.ts";

export default function Page() {
  const shell = useWords();
  const { catalogue, error, retry } = useCatalogue();
  if (catalogue) return <Shown catalogue={catalogue} />;
  return <><h1>{shell.catalog}</h1>{error ? <ErrorNotice error={error} onRetry={retry} /> : <Loading />}</>;
}

function Shown({ catalogue }: { catalogue: Catalogue }) {
  const [first, second] = useRoute().rest;
  if (first === undefined) return <Overview catalogue={catalogue} />;
  if (second === undefined) {
    const relation = catalogue.relations.find((one) => one.name === first);
    return relation ? <RelationPage key={first} relation={relation} edges={catalogue.edges} /> : <Missing name={first} />;
  }
  const kpi = first === "kpi" && catalogue.kpis.find((one) => one.kpi === second);
  return kpi ? <KpiPage key={second} kpi={kpi} edges={catalogue.edges} /> : <Missing name={second} />;
}

function Missing({ name }: { name: string }) {
  const words = useCatalogWords();
  return (
    <Empty title={fill(words.missing, { name })} hint={words.missingHint} heading>
      <a href={hrefOf("catalog", [], { find: name })}>{words.back}</a>
    </Empty>
  );
}
