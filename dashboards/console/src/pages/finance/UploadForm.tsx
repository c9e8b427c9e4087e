//! Importing files: chosen, read in the browser, sent together; what is refused is shown row by row.
import { useRef, useState } from "preact/hooks";
import { asApiError } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { formatCount } from "../../format/numbers.ts";
import { numberColumn, textColumn } from "../../parts/columns.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { fill, useLanguage } from "../../words/index.ts";
import { decodeText, HEADERS, importFiles, KINDS, refusedRows } from "./uploads.ts";
import type { Kind, Landed, RefusedRow, Upload } from "./uploads.ts";
import { useFinanceWords, valueWord } from "./words.ts";

/** What came of the last import. */
interface Outcome {
  landed?: Landed;
  refused?: RefusedRow[];
  problem?: string;
  error?: ApiError;
}

export function UploadForm({ onLanded }: { onLanded(): void }) {
  const words = useFinanceWords();
  const form = useRef<HTMLFormElement>(null);
  const [outcome, setOutcome] = useState<Outcome>({});
  const [busy, setBusy] = useState(false);
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const { files, notText } = await readFiles(form.current!);
    if (notText) setOutcome({ problem: fill(words.notUtf8, { file: notText }) });
    else if (Object.keys(files).length === 0) setOutcome({ problem: words.noFile });
    else {
      const next = await outcomeOf(files);
      setOutcome(next);
      if (next.landed) {
        form.current?.reset();
        onLanded();
      }
    }
    setBusy(false);
  };
  return (
    <section class="sheet">
      <h2>{words.upload}</h2>
      <p class="soft">{words.uploadHint}</p>
      <form ref={form} class="upload" noValidate onSubmit={send}>
        {KINDS.map((kind) => (
          <label key={kind} class="field">{valueWord(words, "kind", kind)}
            <input type="file" name={kind} accept={kind === "policy" ? ".toml,text/plain" : ".csv,text/csv,text/plain"} />
            <code>{HEADERS[kind]}</code>
          </label>
        ))}
        <p><button type="submit" class="main" disabled={busy}>{busy ? words.importing : words.import}</button></p>
        <p class="problem" role="alert">{outcome.problem}</p>
      </form>
      <div role="status"><Result outcome={outcome} /></div>
    </section>
  );
}

/** The chosen files as texts; the name of one that is no text. */
async function readFiles(form: HTMLFormElement): Promise<{ files: Partial<Record<Kind, Upload>>; notText?: string }> {
  const files: Partial<Record<Kind, Upload>> = {};
  for (const kind of KINDS) {
    const file = form.querySelector<HTMLInputElement>(`input[name=${kind}]`)?.files?.[0];
    if (!file) continue;
    try {
      files[kind] = { name: file.name, text: decodeText(await file.arrayBuffer()) };
    } catch {
      return { files, notText: file.name };
    }
  }
  return { files };
}

async function outcomeOf(files: Partial<Record<Kind, Upload>>): Promise<Outcome> {
  try {
    return { landed: await importFiles(files) };
  } catch (thrown) {
    const refused = refusedRows(thrown);
    return refused ? { refused } : { error: asApiError(thrown) };
  }
}

function Result({ outcome: { landed, refused, error } }: { outcome: Outcome }) {
  const words = useFinanceWords();
  const language = useLanguage();
  if (error) return <ErrorNotice error={error} />;
  if (landed) {
    const files = landed.files.map(({ file, num_rows }) => fill(words.rowsOf, { file, rows: formatCount(num_rows, language) })).join(", ");
    return <Notice level="ok" title={fill(words.landed, { number: landed.import, files })} />;
  }
  if (!refused) return null;
  const columns = [
    textColumn("file", words.file),
    numberColumn("line", words.line, String),
    textColumn("column", words.column),
    textColumn("reason", words.problem, (cell) => <span lang="en" class="long">{String(cell)}</span>),
  ];
  return (
    <>
      <Notice level="act" title={fill(words.refused, { num: refused.length })} />
      <Table caption={words.refusedTable} columns={columns} rows={refused.map(({ file, line, column, reason }) => [file, line, column, reason])} />
    </>
  );
}
