//! How an answer ended, for readers who cannot see it.
import { formatCount, formatValue } from "../../format/numbers.ts";
import { say } from "../../shell/say.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import type { Answer } from "./answers.ts";
import { useSqlWords } from "./words.ts";

/** A function that says how an answer ended. */
export function useEnding(): (answer: Answer) => void {
  const words = useSqlWords();
  const shell = useWords();
  const language = useLanguage();
  return ({ outcome, rows, ms, error }) => {
    const figures = { rows: formatCount(rows.length, language), time: formatValue(ms, "ms", language) };
    if (outcome === "done") say(fill(words.done, figures));
    else if (outcome === "cut") say(fill(words.cut, figures));
    else if (outcome === "cancelled") say(fill(words.cancelled, figures));
    else say(`${shell.failed}: ${error?.message ?? ""}`);
  };
}
