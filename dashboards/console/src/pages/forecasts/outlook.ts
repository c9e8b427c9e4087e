//! A forecast and its history as a chart takes them. What is drawn may be rounded: the table of figures is the server's.
import type { Cell } from "../../api/rows.ts";
import type { Band, ChartPoint } from "../../parts/Chart.tsx";
import type { Grain } from "./queries.ts";
import type { Series } from "./series.ts";

export interface Outlook {
  actual: ChartPoint[];
  expected: ChartPoint[];
  band80: Band["points"];
  band95: Band["points"];
}

const STEP_MS = { hour: 3_600_000, day: 86_400_000 };

/** Rows of time and value, and rows of a forecast: time, mean, bounds of 80, bounds of 95. */
export function outlookOf(history: Cell[][], forecast: Cell[][], grain: Grain, series: Pick<Series, "isSum">): Outlook {
  const label = (at: Cell) => labelOf(String(at), grain);
  const known = history.map(([at, value]) => ({ at: label(at ?? ""), value: numberOf(value) }));
  const bound = (low: number, high: number) => forecast.map((row) => ({ at: label(row[0] ?? ""), low: numberOf(row[low]), high: numberOf(row[high]) }));
  return {
    // What is counted and has no cell was none.
    actual: series.isSum ? filled(known, grain) : known,
    expected: forecast.map(([at, mean]) => ({ at: label(at ?? ""), value: numberOf(mean) })),
    band80: bound(2, 3),
    band95: bound(4, 5),
  };
}

/** Sum of what is expected over all steps. */
export function expectedSum({ expected }: Outlook): number {
  return expected.reduce((sum, { value }) => sum + (value ?? 0), 0);
}

/** Every step between the first and the last point, 0 where there was none. */
function filled(points: ChartPoint[], grain: Grain): ChartPoint[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return points;
  const values = new Map(points.map(({ at, value }) => [Date.parse(at), value]));
  const all: ChartPoint[] = [];
  for (let time = Date.parse(first.at); time <= Date.parse(last.at); time += STEP_MS[grain]) {
    all.push({ at: labelOf(new Date(time).toISOString(), grain), value: values.get(time) ?? 0 });
  }
  return all;
}

function labelOf(at: string, grain: Grain): string {
  return grain === "day" ? at.slice(0, 10) : at;
}

function numberOf(cell: Cell | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell);
}
