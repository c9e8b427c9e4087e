//! How large a table is, and how far each partition of its stream has been read into it.
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { quoted } from "../../api/sql.ts";
import { useQuery } from "../../api/use.ts";
import { formatCount, formatValue } from "../../format/numbers.ts";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { useLanguage } from "../../words/index.ts";
import { useCatalogWords } from "./words.ts";

/** How often figures that grow are asked for again, in milliseconds. */
const EVERY_MS = 10_000;

export function Storage({ table }: { table: string }) {
  const words = useCatalogWords();
  const language = useLanguage();
  const size = useQuery(`SELECT num_rows, tail_rows, size_bytes, num_files, version FROM tables WHERE table_name = ${quoted(table)}`, { every: EVERY_MS });
  const [figures] = size.rows ? objects(size.rows) : [];
  const count = (cell: Cell | undefined) => formatCount(String(cell ?? 0), language);
  return (
    <>
      <h2>{words.size}</h2>
      {size.error && <ErrorNotice error={size.error} onRetry={size.reload} />}
      {figures && (
        <dl class="catalog-figures">
          <div><dt>{words.rows}</dt><dd>{count(figures["num_rows"])}</dd></div>
          <div><dt>{words.inTail}</dt><dd>{count(figures["tail_rows"])}</dd></div>
          <div><dt>{words.sizeBytes}</dt><dd>{formatValue(String(figures["size_bytes"] ?? 0), "bytes", language)}</dd></div>
          <div><dt>{words.files}</dt><dd>{count(figures["num_files"])}</dd></div>
          <div><dt>{words.version}</dt><dd>{count(figures["version"])}</dd></div>
        </dl>
      )}
      <Watermarks table={table} />
    </>
  );
}

function Watermarks({ table }: { table: string }) {
  const words = useCatalogWords();
  const { rows, error, reload } = useQuery(
    `SELECT stream, topic, partition, committed_offset, visible_offset FROM ingest_partitions WHERE table_name = ${quoted(table)} ORDER BY 1, 2, 3`,
    { every: EVERY_MS },
  );
  if (error) return <ErrorNotice error={error} onRetry={reload} />;
  if (!rows || rows.rows.length === 0) return null;
  const titles = [words.stream, words.kindTopic, words.partition, words.committed, words.visible];
  return (
    <>
      <h2>{words.watermarks}</h2>
      <Table caption={words.watermarks} captionHidden columns={rows.columns.map((column, at) => ({ ...column, title: titles[at] }))} rows={rows.rows} />
    </>
  );
}
