//! The rows of an answer, as exact as they came or written for reading.
import { useMemo, useState } from "preact/hooks";
import { Chooser } from "../../parts/Chooser.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import type { Answer } from "./answers.ts";
import { exactText } from "./exact.ts";
import { keep, readKept } from "./kept.ts";
import { useSqlWords } from "./words.ts";

const KEPT_AS = "tidemark.sql.for-reading";

export function RowsView({ answer }: { answer: Answer }) {
  const words = useSqlWords();
  const [forReading, setForReading] = useState(readKept(KEPT_AS) === true);
  const columns = useMemo<TableColumn[]>(
    () => answer.columns.map((column) => (forReading ? column : { ...column, text: exactText })),
    [answer.columns, forReading],
  );
  const choose = (value: string) => {
    setForReading(value === "reading");
    keep(KEPT_AS, value === "reading");
  };
  return (
    <>
      <Table key={answer.startedAt} caption={words.answerOf} captionHidden columns={columns} rows={answer.rows} />
      <Chooser label={words.values} value={forReading ? "reading" : "exact"} onChoose={choose}
        options={[{ value: "exact", text: words.exact }, { value: "reading", text: words.forReading }]} />
    </>
  );
}
