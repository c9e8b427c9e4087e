//! The newest records that were refused for a reason, with what was sent.
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatInstant } from "../../format/times.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import type { Refused } from "./DeadLetters.tsx";
import { textOfBytes } from "./payload.ts";
import { lettersSql } from "./queries.ts";
import { useStatusWords } from "./words.ts";

export function Letters({ refused, onClose }: { refused: Refused; onClose(): void }) {
  const words = useStatusWords();
  const { stream, reason } = refused;
  const { rows, error, reload } = useQuery(lettersSql(stream, reason));
  return (
    <Dialog title={fill(words.newestLetters, { stream, reason })} onClose={onClose}>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {!rows && !error && <Loading />}
      {rows && (
        <ol class="letters" tabIndex={0}>
          {objects(rows).map((letter, at) => (
            <Letter key={at} letter={letter} />
          ))}
        </ol>
      )}
    </Dialog>
  );
}

function Letter({ letter }: { letter: Record<string, Cell> }) {
  const words = useStatusWords();
  const language = useLanguage();
  const zone = useZone();
  const text = (name: string) => String(letter[name] ?? "");
  return (
    <li>
      <p>
        <strong>{formatInstant(text("_ingested_at"), zone, language)}</strong>{" "}
        <span class="soft">
          {text("topic")} {text("partition")}, {words.offset} {text("offset")}
        </span>
      </p>
      {letter["detail"] !== null && <p lang="en">{text("detail")}</p>}
      <pre tabIndex={0} role="group" aria-label={words.payload}>{textOfBytes(letter["payload"] ?? null)}</pre>
    </li>
  );
}
