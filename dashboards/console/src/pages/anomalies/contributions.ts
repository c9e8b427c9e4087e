//! Takes the server's explanation of an anomaly apart: what it says, and how much each part added.
//!
//! The explanation ends in "; beside the mean of the four weeks before, by model: gpt-4o +120 (80 %), 3 others +30 (20 %)"
//! where the server could split the change by a dimension (insight/src/anomaly/explain.rs).

export interface Contribution {
  /** Which part: a city's code, a forwarder, a model; or "3 others". */
  label: string;
  /** What it added to the change: an exact decimal with its sign. */
  added: string;
  /** Of the whole change, in percent; null where nothing changed as a whole. */
  sharePercent: number | null;
}

export interface Explanation {
  /** The sentence without the split. */
  sentence: string;
  /** What the change was split by, e.g. `city`; null where it was not. */
  by: string | null;
  contributions: Contribution[];
}

const SPLIT = /^(.*?); beside the mean of the four weeks before, by (\w+): (.*)$/s;
const PART = /(.+?) ([+-]?\d+(?:\.\d+)?)(?: \((-?\d+) %\))?(?:, |$)/gy;

/** The parts of an explanation; one that is worded otherwise stays one sentence. */
export function readExplanation(text: string): Explanation {
  const whole: Explanation = { sentence: text, by: null, contributions: [] };
  const [, sentence, by, list] = SPLIT.exec(text) ?? [];
  if (sentence === undefined || by === undefined || list === undefined) return whole;
  const parts = [...list.matchAll(PART)];
  const numRead = parts.reduce((sum, [match]) => sum + match.length, 0);
  if (numRead !== list.length) return whole;
  const contributions = parts.map(([, label, added, share]) => ({
    label: label!,
    added: added!,
    sharePercent: share === undefined ? null : Number(share),
  }));
  return { sentence, by, contributions };
}

/** How long each bar is, from 0 to 1, beside the longest. */
export function barLengths(contributions: Contribution[]): number[] {
  const sizes = contributions.map(({ added }) => Math.abs(Number(added)));
  const longest = Math.max(...sizes, 0);
  return sizes.map((size) => (longest === 0 ? 0 : size / longest));
}
