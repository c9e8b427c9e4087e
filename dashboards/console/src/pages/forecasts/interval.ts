//! Where an interval and its middle stand on a line that has 0 on it: all from 0 to 1, for drawing.

export interface Drawn {
  zero: number;
  low: number;
  middle: number;
  high: number;
}

/** Scales what is known of a difference so that its interval and 0 fill the line; null where a bound is missing. */
export function drawnInterval(low: string | null, middle: string | null, high: string | null): Drawn | null {
  if (low === null || middle === null || high === null) return null;
  const [from, at, to] = [Number(low), Number(middle), Number(high)];
  const start = Math.min(from, at, 0);
  const length = Math.max(to, at, 0) - start;
  if (length === 0) return null;
  const place = (value: number) => (value - start) / length;
  return { zero: place(0), low: place(from), middle: place(at), high: place(to) };
}
