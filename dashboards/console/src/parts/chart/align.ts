//! Series on one axis of times: what the drawing and the table are made of.
import type { Band, Series } from "../Chart.tsx";

export interface Aligned {
  /** Seconds since 1970, ascending. */
  times: number[];
  /** The instants as they came, for the table. */
  labels: string[];
  /** A column a series. */
  values: (number | null)[][];
  /** Two columns a band: low, high. */
  bounds: [(number | null)[], (number | null)[]][];
}

export function alignSeries(series: Series[], bands: Band[]): Aligned {
  const instants = new Map<number, string>();
  for (const { at } of [...series, ...bands].flatMap((one) => one.points as { at: string }[])) {
    instants.set(secondsOf(at), at);
  }
  const times = [...instants.keys()].sort((one, other) => one - other);
  const places = new Map(times.map((time, place) => [time, place]));
  const spread = <P extends { at: string }>(points: P[], read: (point: P) => number | null) => {
    const column: (number | null)[] = times.map(() => null);
    for (const point of points) column[places.get(secondsOf(point.at))!] = read(point);
    return column;
  };
  return {
    times,
    labels: times.map((time) => instants.get(time)!),
    values: series.map((one) => spread(one.points, (point) => point.value)),
    bounds: bands.map((band) => [
      spread(band.points, (point) => point.low),
      spread(band.points, (point) => point.high),
    ]),
  };
}

/** True where every point is a day, not an instant. */
export function isOfDays(series: Series[]): boolean {
  return series.every((one) => one.points.every((point) => point.at.length === 10));
}

function secondsOf(at: string): number {
  return Date.parse(at) / 1000;
}
