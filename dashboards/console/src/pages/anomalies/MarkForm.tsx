//! Saying one thing of an anomaly: with a reason where others need one, of a mute with its end.
import { useEffect, useRef, useState } from "preact/hooks";
import { asApiError } from "../../api/errors.ts";
import type { ApiError } from "../../api/errors.ts";
import { request } from "../../api/request.ts";
import { Chooser } from "../../parts/Chooser.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { useZone } from "../../shell/place.ts";
import { fill, useWords } from "../../words/index.ts";
import { MUTE_DAYS_MAX, muteProblem, needsReason } from "./life.ts";
import type { Mark } from "./life.ts";
import { instantOf, localOf, SPANS } from "./mute.ts";
import type { SpanName } from "./mute.ts";
import { useAnomalyWords, valueWord } from "./words.ts";

export interface MarkFormProps {
  id: string;
  mark: Mark;
  /** Called with the state that the anomaly has since. */
  onTaken(state: string): void;
  onCancel(): void;
}

const HOUR_MS = 3_600_000;

export function MarkForm({ id, mark, onTaken, onCancel }: MarkFormProps) {
  const shell = useWords();
  const words = useAnomalyWords();
  const zone = useZone();
  const [why, setWhy] = useState("");
  const [span, setSpan] = useState<SpanName | "other">("day1");
  const [until, setUntil] = useState(() => localOf(Date.now() + 24 * HOUR_MS, zone));
  const [problem, setProblem] = useState("");
  const [error, setError] = useState<ApiError>();
  const [sending, setSending] = useState(false);
  const first = useRef<HTMLFormElement>(null);
  useEffect(() => first.current?.querySelector<HTMLElement>("select, textarea")?.focus(), []);

  const send = async (event: Event) => {
    event.preventDefault();
    const now = Date.now();
    const untilMs = span === "other" ? instantOf(until, zone) : now + SPANS[span] * HOUR_MS;
    const found = problemOf(mark, why, untilMs, now);
    setProblem(found ? { reason: words.reasonNeeded, past: words.pastMute, far: fill(words.farMute, { days: MUTE_DAYS_MAX }) }[found] : "");
    if (found) return;
    setSending(true);
    setError(undefined);
    try {
      const json = { mark, why: why.trim(), ...(mark === "mute" ? { until: new Date(untilMs).toISOString() } : {}) };
      const { state } = await request<{ state: string }>(`/v1/anomalies/${encodeURIComponent(id)}/marks`, { method: "POST", json });
      onTaken(state);
    } catch (thrown) {
      setError(asApiError(thrown));
      setSending(false);
    }
  };
  return (
    <form ref={first} class="mark-form" noValidate onSubmit={send} onKeyDown={(event) => event.key === "Escape" && onCancel()}>
      {mark === "mute" && (
        <div class="row">
          <Chooser label={words.muteFor} value={span} onChoose={(value) => setSpan(value as SpanName | "other")}
            options={[...(Object.keys(SPANS) as SpanName[]).map((value) => ({ value, text: words[value] })), { value: "other", text: words.other }]} />
          {span === "other" && (
            <label class="field">{fill(words.muteUntil, { zone })}
              <input type="datetime-local" value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
            </label>
          )}
        </div>
      )}
      <label class="field"><span>{words.reason}{!needsReason(mark) && <small> ({words.reasonOptional})</small>}</span>
        <textarea rows={2} value={why} aria-invalid={problem !== ""} aria-describedby="mark-problem" onInput={(event) => setWhy(event.currentTarget.value)} />
      </label>
      <p id="mark-problem" class="problem" role="alert">{problem}</p>
      {error && <ErrorNotice error={error} />}
      <div class="row">
        <button type="submit" class="main" disabled={sending}>{valueWord(words, "mark", mark)}</button>
        <button type="button" onClick={onCancel}>{shell.cancel}</button>
      </div>
    </form>
  );
}

function problemOf(mark: Mark, why: string, untilMs: number, nowMs: number): "reason" | "past" | "far" | null {
  if (mark === "mute" && muteProblem(untilMs, nowMs)) return muteProblem(untilMs, nowMs);
  return needsReason(mark) && why.trim() === "" ? "reason" : null;
}
