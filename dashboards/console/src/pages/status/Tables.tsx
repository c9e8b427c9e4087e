//! The tables of the lake and how far each partition of their streams was read.
import type { Cell, Rows } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import type { QueryAnswer } from "../../api/use.ts";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { PARTITIONS_SQL, TABLES_SQL } from "./queries.ts";
import { useStatusWords } from "./words.ts";

const EVERY_MS = 15_000;

export function Tables() {
  const words = useStatusWords();
  const tables = useQuery(TABLES_SQL, { every: EVERY_MS });
  const partitions = useQuery(PARTITIONS_SQL, { every: EVERY_MS });
  return (
    <>
      <Listed
        id="tables"
        title={words.tables}
        answer={tables}
        rowLink={([name]) => hrefOf("catalog", [String(name)])}
        more={{
          table_name: { title: words.table },
          num_rows: { title: words.rows },
          num_files: { title: words.files },
          size_bytes: { title: words.size, unit: "bytes" },
          version: { title: words.version },
          tail_rows: { title: words.tailRows },
          newest_taken_at: { title: words.newest },
        }}
      />
      <Listed
        id="partitions"
        title={words.partitions}
        answer={partitions}
        more={{
          topic: { title: words.topic },
          partition: { title: words.partition },
          table_name: { title: words.table },
          committed_offset: { title: words.committed },
          visible_offset: { title: words.visible },
        }}
      />
    </>
  );
}

interface ListedProps {
  id: string;
  title: string;
  answer: QueryAnswer;
  /** Headings and units by the names of the answer's columns. */
  more: Record<string, Partial<TableColumn>>;
  rowLink?(row: Cell[]): string;
}

function Listed({ id, title, answer: { rows, error, reload }, more, rowLink }: ListedProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {rows && (
        <Table caption={title} captionHidden columns={columnsOf(rows, more)} rows={rows.rows} rowLink={rowLink} />
      )}
      {!rows && !error && <Loading />}
    </section>
  );
}

function columnsOf({ columns }: Rows, more: ListedProps["more"]): TableColumn[] {
  return columns.map((column) => ({ ...column, ...more[column.name] }));
}
