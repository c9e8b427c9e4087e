//! All rows of a question as a file: asked anew, streamed by the server, kept by the browser on disk.
import { useRef, useState } from "preact/hooks";
import { asApiError, isAbort } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { formatValue } from "../../format/numbers.ts";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { download } from "./download.ts";
import type { FileFormat } from "./download.ts";
import { useSqlWords } from "./words.ts";

const FORMATS: { format: FileFormat; name: string }[] = [
  { format: "csv", name: "CSV" },
  { format: "arrow", name: "Arrow" },
  { format: "jsonl", name: "JSON Lines" },
];

export function DownloadMenu({ sql }: { sql: string }) {
  const words = useSqlWords();
  const language = useLanguage();
  const shell = useWords();
  const [bytes, setBytes] = useState<number | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const abort = useRef<AbortController | null>(null);
  const start = async (format: FileFormat) => {
    abort.current = new AbortController();
    setError(null);
    setBytes(0);
    try {
      await download(sql, format, setBytes, abort.current.signal);
    } catch (failure) {
      if (!isAbort(failure)) setError(asApiError(failure));
    }
    setBytes(null);
  };
  if (bytes !== null) {
    return (
      <span class="row" role="status">
        {fill(words.downloading, { size: formatValue(bytes, "bytes", language) })}
        <button type="button" onClick={() => abort.current?.abort()}>{shell.cancel}</button>
      </span>
    );
  }
  return (
    <div class="sql-download">
      <span class="row" role="group" aria-label={words.download} title={words.downloadHint}>
        <span class="soft">{words.download}</span>
        {FORMATS.map(({ format, name }) => <button key={format} type="button" class="quiet" onClick={() => void start(format)}>{name}</button>)}
      </span>
      {error && <ErrorNotice error={error} />}
    </div>
  );
}
