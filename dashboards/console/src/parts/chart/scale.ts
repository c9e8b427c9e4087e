//! From values to places on a chart, and where its ticks are.

/** A straight line from values to pixels. */
export interface Scale {
  /** The values at the ends. */
  low: number;
  high: number;
  /** The pixel of a value. */
  place(value: number): number;
}

export function makeScale([low, high]: [number, number], [start, end]: [number, number]): Scale {
  // One value alone stands in the middle.
  const reach = high - low;
  const place = (value: number) => (reach === 0 ? (start + end) / 2 : start + ((value - low) / reach) * (end - start));
  return { low, high, place };
}

/** Round steps: 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990). */
export function niceStep(reach: number, numSteps: number): number {
  const rough = reach / Math.max(1, numSteps);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((factor) => rough <= factor * power * (1 + 1e-9)) ?? 10;
  return factor * power;
}

/** Ticks that cover the values, from a round value at or below the lowest to one at or above the highest. */
export function valueTicks(low: number, high: number, numSteps: number): number[] {
  if (low === high) return low === 0 ? [0, 1] : valueTicks(Math.min(0, low), Math.max(0, high), numSteps);
  const step = niceStep(high - low, numSteps);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  // A product, not a sum of steps, so that 0.3 is not 0.30000000000000004 twice over.
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** Those of the places, in order, that stand at least so far apart; which of them, by their index. */
export function spaced(places: number[], apart: number): number[] {
  const kept: number[] = [];
  places.forEach((place, at) => {
    const last = kept.at(-1);
    if (last === undefined || place - places[last]! >= apart) kept.push(at);
  });
  return kept;
}

/** The index of the place nearest to one; places are in order. */
export function nearest(places: number[], wanted: number): number {
  let [low, high] = [0, places.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle]! < wanted) low = middle;
    else high = middle;
  }
  return wanted - places[low]! <= places[high]! - wanted ? low : high;
}
