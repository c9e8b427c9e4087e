//! The pack of a month: its id, and its files to look at.
import { useRequest } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { useLanguage } from "../../words/index.ts";
import { closePath, filePath } from "./closes.ts";
import type { MonthState } from "./closes.ts";
import { useFinanceWords } from "./words.ts";

export function PackFiles({ month, pack }: { month: string; pack: string }) {
  const words = useFinanceWords();
  const language = useLanguage();
  const state = useRequest<MonthState>(closePath(month));
  return (
    <div class="pack">
      <p>{words.pack}: <code>{pack}</code></p>
      {state.error && <ErrorNotice error={state.error} onRetry={state.reload} />}
      {state.value && state.value.files.length > 0 && (
        <details>
          <summary>{words.packFiles}</summary>
          <ul>
            {state.value.files.map(({ name, size_bytes }) => (
              <li key={name}>
                <a href={filePath(month, name)} download={`${month} ${name}`}>{name}</a> <small>{formatValue(size_bytes, "bytes", language)}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
