//! How far an answer is, in a sentence: waiting, growing, complete, cut, cancelled or failed.
import { formatCount, formatValue } from "../../format/numbers.ts";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sign } from "../../parts/Sign.tsx";
import { fill, useLanguage } from "../../words/index.ts";
import type { Answer } from "./answers.ts";
import { useSqlWords } from "./words.ts";

export interface AnswerStateProps {
  answer: Answer;
  onFetchAll(): void;
  onGoToPlace?(): void;
}

export function AnswerState({ answer, onFetchAll, onGoToPlace }: AnswerStateProps) {
  const words = useSqlWords();
  const language = useLanguage();
  const rows = formatCount(answer.rows.length, language);
  const time = formatValue(answer.ms, "ms", language);
  switch (answer.outcome) {
    case null:
      return <Running answer={answer} text={answer.rows.length > 0 ? fill(words.growing, { rows }) : words.asking} />;
    case "done":
      return <p><Sign level="ok" text={fill(words.done, { rows, time })} /></p>;
    case "cut":
      return (
        <p class="row">
          <Sign level="warn" text={fill(words.cut, { rows })} />
          <button type="button" onClick={onFetchAll}>{words.fetchAll}</button>
          <span class="soft">{words.cutHint}</span>
        </p>
      );
    case "cancelled":
      return <p><Sign level="info" text={fill(words.cancelled, { rows, time })} /></p>;
    case "failed":
      return (
        <div class="sql-failure">
          {answer.error && <ErrorNotice error={answer.error} />}
          <p class="row">
            <span class="soft">{fill(words.failedAfter, { time })}</span>
            {onGoToPlace && <button type="button" onClick={onGoToPlace}>{words.goToPlace}</button>}
          </p>
        </div>
      );
  }
}

/** The answer is shown anew while it grows, so that the clock moves with it. */
function Running({ answer, text }: { answer: Answer; text: string }) {
  const language = useLanguage();
  const seconds = Math.floor((Date.now() - answer.startedAt) / 1_000);
  const time = formatValue(1_000 * seconds, "ms", language);
  return <p class="row"><span class="spinner" aria-hidden="true" />{text}{seconds > 0 && <span class="soft">{time}</span>}</p>;
}
