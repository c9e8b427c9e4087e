//! Lines and bands as paths of SVG. Of many points in one column of pixels only those that can be
//! seen are drawn: the first, the lowest, the highest and the last.

import { groupBy } from "../../group.ts";

export interface Place {
  x: number;
  y: number;
}

/** A line through the places; it breaks where one is missing. */
export function linePath(places: (Place | null)[]): string {
  return runsOf(places)
    .map((run) => `M${thin(run).map(pair).join("L")}`)
    .join("");
}

/** Places that stand alone: a line shows nothing of them. */
export function loners(places: (Place | null)[]): Place[] {
  return runsOf(places)
    .filter((run) => run.length === 1)
    .map(([place]) => place!);
}

/** The area between two lines over the same times. */
export function bandPath(low: (Place | null)[], high: (Place | null)[]): string {
  const both = low.map((place, at) => (place && high[at] ? { low: place, high: high[at] } : null));
  return runsOf(both)
    .map((run) => `M${[...run.map(({ high }) => pair(high)), ...run.reverse().map(({ low }) => pair(low))].join("L")}Z`)
    .join("");
}

function runsOf<T>(places: (T | null)[]): T[][] {
  const runs: T[][] = [];
  places.forEach((place, at) => {
    if (place === null) return;
    if (at === 0 || places[at - 1] === null) runs.push([]);
    runs.at(-1)!.push(place);
  });
  return runs;
}

/** At most four places a column of pixels, in their order. */
export function thin(run: Place[]): Place[] {
  const columns = groupBy(run, ({ x }) => Math.round(x));
  if (run.length <= 4 * columns.size) return run;
  return [...columns.values()].flatMap((column) => {
    const byHeight = [...column].sort((one, other) => one.y - other.y);
    const seen = new Set([column[0], byHeight[0], byHeight.at(-1), column.at(-1)]);
    return column.filter((place) => seen.has(place));
  });
}

function pair({ x, y }: Place): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
