//! Bars by label. It is a table whose figures are drawn beside them, so that it reads the same with and without eyes.
import { formatCell } from "../../format/numbers.ts";
import { useLanguage } from "../../words/index.ts";
import type { BarPoint, Line } from "./shape.ts";

export interface BarsProps {
  title: string;
  /** What the labels are. */
  axis: string;
  lines: Line<BarPoint>[];
}

/** The width of the longest bar, in the drawing's own units. */
const WIDTH = 400;
const HEIGHT = 14;

export function Bars({ title, axis, lines }: BarsProps) {
  const language = useLanguage();
  const labels = [...new Set(lines.flatMap((line) => line.points.map(({ label }) => label)))];
  const values = lines.map((line) => new Map(line.points.map(({ label, value }) => [label, value])));
  const all = lines.flatMap((line) => line.points.map(({ value }) => value ?? 0));
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const across = (value: number) => ((value - low) / (high - low || 1)) * WIDTH;
  const figure = (value: number) => formatCell(value, { name: "", type: "double precision" }, language);
  return (
    <table class="sql-bars">
      <caption>{title}</caption>
      <thead><tr><th scope="col">{axis}</th>{lines.map(({ name }) => <th key={name} scope="col">{name}</th>)}</tr></thead>
      <tbody>
        {labels.map((label) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {values.map((ofLine, at) => <td key={at}><Bar value={ofLine.get(label) ?? null} series={at + 1} across={across} figure={figure} /></td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface BarProps {
  value: number | null;
  /** Which of the colours of series, from 1. */
  series: number;
  across(value: number): number;
  figure(value: number): string;
}

function Bar({ value, series, across, figure }: BarProps) {
  if (value === null) return <>–</>;
  const [from, to] = [across(Math.min(0, value)), across(Math.max(0, value))];
  return (
    <>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <rect class={`series-${series}`} x={from} y={1} width={Math.max(1, to - from)} height={HEIGHT - 2} />
      </svg>
      <span class="number">{figure(value)}</span>
    </>
  );
}
