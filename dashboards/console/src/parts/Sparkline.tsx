//! A line or a band of a few points without axes, with a sentence for those who cannot see it. It
//! stretches to its place; strokes do not, so the last point is drawn as a stroke without length.

export interface SparklineProps {
  /** Values in order of time; null where there is none. Drawn as a line. */
  values: (number | null)[];
  /** The lowest and the highest in order of time; null where there is none. Drawn as a band. */
  ranges?: ([number, number] | null)[];
  /** What it shows, for readers who cannot see it. */
  label: string;
}

const WIDTH = 120;
const HEIGHT = 28;
const MARGIN = 2;

/** Draws nothing where no value is known. */
export function Sparkline({ values, ranges = [], label }: SparklineProps) {
  const known = [...values, ...ranges.flat()].filter((value) => value !== null);
  if (known.length === 0) return null;
  const place = placeWithin(known);
  const lines = runsOf(values).map(({ first, run }) => run.map((value, at) => place(first + at, value, values.length)));
  const bands = runsOf(ranges).map(({ first, run }) => {
    const edge = (bound: 0 | 1) => run.map((range, at) => place(first + at, range[bound], ranges.length));
    return [...edge(1), ...edge(0).reverse()];
  });
  const last = lines.at(-1)?.at(-1);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} preserveAspectRatio="none">
      {bands.map((points) => (
        <polygon key={points[0]} points={points.join(" ")} />
      ))}
      {lines.map((points) => (
        <polyline key={points[0]} points={points.join(" ")} />
      ))}
      {last && <path class="last" d={`M${last}h0`} />}
    </svg>
  );
}

/** Where a value stands as the `at`th of `count`, between the lowest and the highest of those known. */
function placeWithin(known: number[]): (at: number, value: number, count: number) => string {
  const low = Math.min(...known);
  const height = Math.max(...known) - low;
  return (at, value, count) => {
    const x = MARGIN + (at * (WIDTH - 2 * MARGIN)) / Math.max(1, count - 1);
    const level = height === 0 ? 0.5 : (value - low) / height;
    const y = HEIGHT - MARGIN - level * (HEIGHT - 2 * MARGIN);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
}

/** What stands without a gap, with the place of its first. */
function runsOf<T>(values: (T | null)[]): { first: number; run: T[] }[] {
  const runs: { first: number; run: T[] }[] = [];
  values.forEach((value, at) => {
    if (value === null) return;
    if ((values[at - 1] ?? null) === null) runs.push({ first: at, run: [] });
    runs.at(-1)!.run.push(value);
  });
  return runs;
}
