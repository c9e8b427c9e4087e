//! What a chart says, in a sentence.
import { formatValue } from "../../format/numbers.ts";
import { formatDay, formatMinute } from "../../format/times.ts";
import { fill } from "../../words/index.ts";
import type { Language, Words } from "../../words/index.ts";
import type { Series } from "../Chart.tsx";

interface Summarised {
  title: string;
  /** The series that the sentence is about: the first. */
  series: Series | undefined;
  unit: string;
  zone: string;
  language: Language;
  words: Words;
}

export function summarise({ title, series, unit, zone, language, words }: Summarised): string {
  const points = series?.points.filter((point) => point.value !== null) ?? [];
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return fill(words.chartEmpty, { title });
  const values = points.map((point) => point.value!);
  const when = (at: string) => formatTime(at, zone, language);
  const what = (value: number) => formatValue(value, unit, language);
  return fill(words.chartSummary, {
    title,
    points: points.length,
    from: when(first.at),
    until: when(last.at),
    low: what(Math.min(...values)),
    high: what(Math.max(...values)),
    last: what(last.value!),
  });
}

/** A day as a day, an instant to the minute. */
export function formatTime(at: string, zone: string, language: Language): string {
  return at.length === 10 ? formatDay(at, language) : formatMinute(at, zone, language);
}
