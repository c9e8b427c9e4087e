//! The lineage of one thing, drawn and as a table.
import { useMemo, useState } from "preact/hooks";
import { Empty } from "../../parts/Empty.tsx";
import { Table } from "../../parts/Table.tsx";
import { fill, useWords } from "../../words/index.ts";
import type { Edge } from "./catalogue.ts";
import { Graph } from "./Graph.tsx";
import { around, sourcesOf, usesOf } from "./lineage.ts";
import { hrefOfSource } from "./places.ts";
import { KIND_WORDS, useCatalogWords } from "./words.ts";

export interface LineageProps {
  edges: Edge[];
  /** The key of what it is the lineage of. */
  of: string;
  name: string;
}

export function Lineage({ edges, of, name }: LineageProps) {
  const words = useCatalogWords();
  const shell = useWords();
  const [asTable, setAsTable] = useState(false);
  const near = useMemo(() => around(edges, of), [edges, of]);
  const title = fill(words.lineageOf, { name, sources: sourcesOf(near, of).size, uses: usesOf(near, of).size });
  return (
    <section class="catalog-lineage" aria-labelledby="lineage">
      <div class="row">
        <h2 id="lineage">{words.lineage}</h2>
        {near.length > 0 && <button type="button" class="quiet end" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{asTable ? shell.showAsChart : shell.showAsTable}</button>}
      </div>
      {near.length === 0 && <Empty title={words.lineageEmpty} hint={words.lineageEmptyHint} />}
      {near.length > 0 && (asTable ? <EdgeTable edges={near} title={title} /> : <Graph edges={near} of={of} title={title} />)}
      {near.length > 0 && <p class="soft">{words.lineageHint}</p>}
    </section>
  );
}

function EdgeTable({ edges, title }: { edges: Edge[]; title: string }) {
  const words = useCatalogWords();
  const columns = [words.name, words.kind, words.comesFrom, words.kind, words.columnsRead].map((title, at) => ({ name: `${at}`, title, type: "text" }));
  const rows = edges.map(({ kind, name, sourceKind, source, columns }) => [name, words[KIND_WORDS[kind]], source, words[KIND_WORDS[sourceKind]], columns]);
  const links = new Map(rows.map((row, at) => [row, hrefOfSource(edges[at]!.kind, edges[at]!.name)]));
  return <Table caption={title} captionHidden columns={columns} rows={rows} rowLink={(row) => links.get(row as string[])} />;
}
