//! What of an answer can be drawn: which columns may be the axis, which the figures, and the points between them.
//! Numbers become floating point here, for pixels only: the table beside the chart keeps the exact ones.
import type { Cell, Column } from "../../api/rows.ts";
import { isNumeric } from "../../format/numbers.ts";
import type { ChartPoint } from "../../parts/Chart.tsx";

/** The columns that a chart shows, by their positions; `series` is the one whose values name the lines. */
export interface Shape {
  x: number;
  ys: number[];
  series: number | null;
}

/** Rows that are drawn; a chart of a longer answer says so. */
export const DRAWN_ROWS_MAX = 20_000;

/** Lines of one chart: as many as there are colours that can be told apart. */
export const LINES_MAX = 6;

/** Labels of one bar chart; more are no longer read, but scrolled past. */
export const BARS_MAX = 60;

const TIMES = ["timestamptz", "timestamp", "date"];

/** Whether a column's values stand on an axis of time. */
export function isTime(column: Column): boolean {
  return TIMES.includes(column.type);
}

/** What a person would most likely draw: numbers against the first time, else against the first text. */
export function likelyShape(columns: Column[]): Shape | null {
  const where = (test: (column: Column) => boolean) => columns.flatMap((column, at) => (test(column) ? [at] : []));
  const [times, texts, numbers] = [where(isTime), where((column) => column.type === "text"), where(isNumeric)];
  const x = times[0] ?? texts[0] ?? numbers[0];
  const ys = numbers.filter((at) => at !== x);
  if (x === undefined || ys.length === 0) return null;
  const series = times.length > 0 ? texts[0] ?? null : null;
  return { x, ys: ys.slice(0, 1), series };
}

/** One line over time, or one colour of bars. */
export interface Line<Point> {
  name: string;
  points: Point[];
}

/** What is drawn, and what is not: rows and lines beyond the limits, and rows at a place where another stands. */
export interface Drawing<Point> {
  lines: Line<Point>[];
  rowsLeft: number;
  linesLeft: number;
  numRepeats: number;
}

/** A bar: its label and its length. */
export interface BarPoint {
  label: string;
  value: number | null;
}

/** Lines over a column of times. */
export function drawTimes(columns: Column[], rows: readonly Cell[][], shape: Shape): Drawing<ChartPoint> {
  const axis = columns[shape.x]!;
  return collect(columns, rows, shape, (cell, value) => ({ at: instantOf(axis, String(cell)), value }), (point) => point.at);
}

/** Bars by a column of labels, the rows' order kept. */
export function drawBars(columns: Column[], rows: readonly Cell[][], shape: Shape): Drawing<BarPoint> {
  return collect(columns, rows.slice(0, BARS_MAX), shape, (cell, value) => ({ label: String(cell), value }), (point) => point.label, rows.length);
}

function collect<Point>(
  columns: Column[],
  rows: readonly Cell[][],
  { x, ys, series }: Shape,
  point: (cell: Cell, value: number | null) => Point,
  placeOf: (point: Point) => string,
  numRows = rows.length,
): Drawing<Point> {
  const lines = new Map<string, Map<string, Point>>();
  const drawn = rows.slice(0, DRAWN_ROWS_MAX);
  let numRepeats = 0;
  for (const row of drawn) {
    const cell = row[x] ?? null;
    if (cell === null) continue;
    for (const y of ys) {
      const name = nameOfLine(columns, row, series, y, ys.length);
      const line = lines.get(name) ?? new Map<string, Point>();
      const next = point(cell, amountOf(row[y] ?? null));
      if (line.has(placeOf(next))) numRepeats += 1;
      lines.set(name, line.set(placeOf(next), next));
    }
  }
  const all = [...lines].map(([name, points]) => ({ name, points: [...points.values()] }));
  return {
    lines: all.slice(0, LINES_MAX),
    rowsLeft: numRows - drawn.length,
    linesLeft: Math.max(0, all.length - LINES_MAX),
    numRepeats,
  };
}

function nameOfLine(columns: Column[], row: Cell[], series: number | null, y: number, numYs: number): string {
  if (series === null) return columns[y]!.name;
  const name = String(row[series] ?? "NULL");
  return numYs > 1 ? `${name} · ${columns[y]!.name}` : name;
}

/** A time without a zone is drawn where the same digits of UTC stand. */
function instantOf({ type }: Column, text: string): string {
  return type === "timestamp" ? `${text.replace(" ", "T")}Z` : text;
}

function amountOf(cell: Cell): number | null {
  if (cell === null || cell === "") return null;
  const number = Number(cell);
  return Number.isFinite(number) ? number : null;
}
