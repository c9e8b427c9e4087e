//! A line of a few points without axes, with a sentence for those who cannot see it. It stretches
//! to its place; strokes do not, so the last point is drawn as a stroke without length.

export interface SparklineProps {
  /** Values in order of time; null where there is none. */
  values: (number | null)[];
  /** What it shows, for readers who cannot see it. */
  label: string;
}

const WIDTH = 120;
const HEIGHT = 28;
const MARGIN = 2;

export function Sparkline({ values, label }: SparklineProps) {
  const points = pointsOf(values);
  const last = points.at(-1);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} preserveAspectRatio="none">
      {runsOf(points).map((run) => (
        <polyline key={run} points={run} />
      ))}
      {last && <path class="last" d={`M${last.x.toFixed(1)} ${last.y.toFixed(1)}h0`} />}
    </svg>
  );
}

interface Point {
  x: number;
  y: number;
  /** True where the value before is missing: the line breaks. */
  starts: boolean;
}

function pointsOf(values: (number | null)[]): Point[] {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const height = Math.max(...known) - low;
  const step = (WIDTH - 2 * MARGIN) / Math.max(1, values.length - 1);
  return values.flatMap((value, at) => {
    if (value === null) return [];
    const level = height === 0 ? 0.5 : (value - low) / height;
    return {
      x: MARGIN + at * step,
      y: HEIGHT - MARGIN - level * (HEIGHT - 2 * MARGIN),
      starts: (values[at - 1] ?? null) === null,
    };
  });
}

function runsOf(points: Point[]): string[] {
  const runs: string[][] = [];
  for (const { x, y, starts } of points) {
    if (starts) runs.push([]);
    runs.at(-1)?.push(`${x.toFixed(1)},${y.toFixed(1)}`);
  }
  return runs.map((run) => run.join(" "));
}
