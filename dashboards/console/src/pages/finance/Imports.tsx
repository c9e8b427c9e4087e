//! What finance imported, and importing more.
import { useQuery } from "../../api/use.ts";
import { formatMinute } from "../../format/times.ts";
import { instantColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { useZone } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { IMPORTS_SQL } from "./queries.ts";
import { UploadForm } from "./UploadForm.tsx";
import { useFinanceWords, valueWord } from "./words.ts";

export function Imports() {
  const words = useFinanceWords();
  const language = useLanguage();
  const zone = useZone();
  const answer = useQuery(IMPORTS_SQL);
  const columns = [
    unitColumn("import", words.number, "count"),
    textColumn("kind", words.kind, (cell) => valueWord(words, "kind", String(cell))),
    textColumn("file", words.file),
    unitColumn("num_rows", words.rows, "count"),
    instantColumn("imported_at", words.importedAt, (at) => formatMinute(at, zone, language)),
    textColumn("imported_by", words.importedBy),
    textColumn("file_sha256", words.hash, (cell) => <code title={String(cell)}>{String(cell).slice(0, 12)}…</code>),
  ];
  return (
    <>
      <UploadForm onLanded={answer.reload} />
      <section class="sheet">
        <h2>{words.history}</h2>
        {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
        {!answer.rows && answer.loading && <Loading />}
        {answer.rows?.rows.length === 0 && <Empty title={words.noImports} />}
        {answer.rows && answer.rows.rows.length > 0 && <Table caption={words.history} captionHidden columns={columns} rows={answer.rows.rows} />}
      </section>
    </>
  );
}
