//! Another try for refused records, after a question: it writes.
import { useState } from "preact/hooks";
import { asApiError } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { request } from "../../api/request.ts";
import { formatCount } from "../../format/numbers.ts";
import { Dialog } from "../../parts/Dialog.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import type { Language } from "../../words/index.ts";
import type { Refused } from "./DeadLetters.tsx";
import { useStatusWords } from "./words.ts";

/** What became of the records of a stream. */
interface Outcome {
  stream: string;
  tried: number;
  /** Still refused. */
  refused: number;
  added: number;
  /** Accepted, but there already. */
  known: number;
}

export interface ReplayProps {
  refused: Refused;
  onClose(): void;
  /** Called when records were replayed. */
  onReplayed(): void;
}

export function Replay({ refused, onClose, onReplayed }: ReplayProps) {
  const shell = useWords();
  const words = useStatusWords();
  const language = useLanguage();
  const { stream, reason, count } = refused;
  const [outcome, setOutcome] = useState<Outcome>();
  const [error, setError] = useState<ApiError>();
  const [underway, setUnderway] = useState(false);
  const replay = async () => {
    setUnderway(true);
    setError(undefined);
    try {
      const answer = await request<{ streams: Outcome[] }>("/v1/dead-letters/replay", {
        method: "POST",
        json: { stream, reason },
      });
      setOutcome(answer.streams.find((one) => one.stream === stream));
      onReplayed();
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setUnderway(false);
  };
  return (
    <Dialog title={words.replayTitle} onClose={onClose}>
      <p>{fill(words.replayText, { count: formatCount(count, language), stream, reason })}</p>
      {error && <ErrorNotice error={error} />}
      {outcome ? (
        <Notice level="ok" title={fill(words.replayed, outcomeTexts(outcome, language))} />
      ) : (
        <p class="row">
          <button type="button" class="main" disabled={underway} onClick={replay}>
            {words.replay}
          </button>
          <button type="button" onClick={onClose}>
            {shell.cancel}
          </button>
        </p>
      )}
    </Dialog>
  );
}

function outcomeTexts({ tried, refused, added, known }: Outcome, language: Language): Record<string, string> {
  const shown = (count: number) => formatCount(count, language);
  return { tried: shown(tried), refused: shown(refused), added: shown(added), known: shown(known) };
}
