//! One relation: what it means, its columns, how large it is, how far it is read, what it holds, where it comes from.
import { useQuery } from "../../api/use.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { sqlHref } from "../../shell/links.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import type { ColumnMeaning, Edge, Relation } from "./catalogue.ts";
import { Lineage } from "./Lineage.tsx";
import { keyOf } from "./lineage.ts";
import { sqlName } from "./places.ts";
import { Storage } from "./Storage.tsx";
import { KIND_WORDS, useCatalogWords } from "./words.ts";

/** Rows that are shown of a relation. */
const SAMPLE_ROWS = 20;

export interface RelationPageProps {
  relation: Relation;
  edges: Edge[];
}

export function RelationPage({ relation: { name, kind, meaning, columns }, edges }: RelationPageProps) {
  const words = useCatalogWords();
  const shell = useWords();
  const question = `SELECT *\nFROM ${sqlName(name)}\nLIMIT 100`;
  return (
    <>
      <nav class="catalog-back" aria-label={shell.catalog}><a href={hrefOf("catalog")}>← {words.back}</a></nav>
      <h1><code>{name}</code> <span class={`catalog-kind ${kind}`}>{words[KIND_WORDS[kind]]}</span></h1>
      {meaning && <p lang="en">{meaning}</p>}
      <p class="row"><a class="button main" href={sqlHref(question)}>{words.ask}</a></p>
      {kind === "table" && <Storage table={name} />}
      <Columns columns={columns} />
      <Sample name={name} />
      <Lineage edges={edges} of={keyOf(kind, name)} name={name} />
    </>
  );
}

function Columns({ columns }: { columns: ColumnMeaning[] }) {
  const words = useCatalogWords();
  const language = useLanguage();
  return (
    <>
      <h2>{words.columns} <small>{columns.length}</small></h2>
      <div class="table" tabIndex={0} role="region" aria-label={words.columns}>
        <table class="catalog-table">
          <caption class="unseen">{words.columns}</caption>
          <thead><tr><th scope="col">{words.column}</th><th scope="col">{words.type}</th><th scope="col">{words.meaning}</th></tr></thead>
          <tbody>
            {columns.map(({ name, type, meaning }) => (
              <tr key={name}>
                <th scope="row"><code>{name}</code></th>
                <td><code>{type}</code></td>
                <td lang={meaning ? "en" : language}>{meaning || <span class="soft">{words.noMeaning}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Sample({ name }: { name: string }) {
  const words = useCatalogWords();
  const { rows, error, loading, reload } = useQuery(`SELECT * FROM ${sqlName(name)} LIMIT ${SAMPLE_ROWS}`);
  return (
    <>
      <h2>{words.sample}</h2>
      <p class="soft">{fill(words.sampleHint, { count: SAMPLE_ROWS })}</p>
      {loading && <Loading />}
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {rows && rows.rows.length === 0 && <Empty title={words.sampleEmpty} hint={words.sampleEmptyHint} />}
      {rows && rows.rows.length > 0 && <Table caption={words.sample} captionHidden columns={rows.columns} rows={rows.rows} />}
    </>
  );
}
