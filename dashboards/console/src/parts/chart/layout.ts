//! Where everything of a chart stands: computed once for a size, drawn by Plot.
import { formatValue } from "../../format/numbers.ts";
import type { Language } from "../../words/index.ts";
import type { Series } from "../Chart.tsx";
import type { Aligned } from "./align.ts";
import type { Place } from "./paths.ts";
import { makeScale, spaced, valueTicks } from "./scale.ts";
import { timeTicks } from "./times.ts";
import type { Tick } from "./times.ts";

export interface Size {
  width: number;
  height: number;
}

/** A tick at its pixel. */
export interface PlacedTick extends Tick {
  x: number;
  /** The middle of its text: beside the tick where the text would leave the picture. */
  textX: number;
}

export interface Layout {
  /** The pixels within the axes. */
  area: { left: number; right: number; top: number; bottom: number };
  /** A pixel for every time. */
  xs: number[];
  valueTicks: { y: number; text: string }[];
  timeTicks: PlacedTick[];
  /** A place for every value of a column; null where there is none. */
  places(column: (number | null)[]): (Place | null)[];
  /** The pixel of nought, or of the lowest value where that is above: where bars stand. */
  ground: number;
  barWidth: number;
}

/** The widths of a digit and of a Chinese character in a tick's text, in pixels, at 12 px. */
const CHARACTER = 7;
const WIDE_CHARACTER = 12;

const TOP = 10;
const BOTTOM = 38;
const RIGHT = 16;

/** Least distance between ticks, and between their texts where those are long, in pixels. */
const TIMES_APART = 76;
const VALUES_APART = 44;
const TEXTS_APART = 12;

export interface LaidOut {
  data: Aligned;
  series: Series[];
  unit: string;
  zone: string;
  language: Language;
}

export function layOut({ data, series, unit, zone, language }: LaidOut, { width, height }: Size): Layout {
  const [low, high] = rangeOf(data, series);
  const ticks = valueTicks(low, high, Math.max(2, Math.floor((height - TOP - BOTTOM) / VALUES_APART)));
  const texts = ticks.map((tick) => formatValue(tick, unit, language));
  const left = Math.max(...texts.map((text) => text.length)) * CHARACTER + 12;
  const area = { left, right: Math.max(left + 1, width - RIGHT), top: TOP, bottom: height - BOTTOM };
  const y = makeScale([ticks[0]!, ticks.at(-1)!], [area.bottom, area.top]);
  // Bars at the ends must not stand over the axis.
  const inset = series.some((one) => one.kind === "bars") ? (area.right - area.left) / (2 * data.times.length + 2) : 0;
  const x = makeScale([data.times[0]!, data.times.at(-1)!], [area.left + inset, area.right - inset]);
  const xs = data.times.map(x.place);
  return {
    area,
    xs,
    valueTicks: ticks.map((tick, at) => ({ y: y.place(tick), text: texts[at]! })),
    timeTicks: placeTicks(timeTicks(data, zone, language), xs, width),
    places: (column) => column.map((value, at) => (value === null ? null : { x: xs[at]!, y: y.place(value) })),
    ground: y.place(Math.max(ticks[0]!, Math.min(0, ticks.at(-1)!))),
    barWidth: Math.max(1, Math.min(40, 0.7 * leastGap(xs))),
  };
}

/** Those of the ticks whose texts have room, in order, each text within the picture. */
export function placeTicks(ticks: Tick[], xs: number[], width: number): PlacedTick[] {
  const widths = ticks.map((tick) => Math.max(textWidth(tick.text), textWidth(tick.below)));
  const apart = Math.max(TIMES_APART, Math.max(0, ...widths) + TEXTS_APART);
  const placed = ticks.map((tick, index) => {
    const [x, half] = [xs[tick.at]!, widths[index]! / 2];
    return { ...tick, x, textX: Math.max(half, Math.min(x, width - half)) };
  });
  return spaced(
    placed.map((tick) => tick.textX),
    apart,
  ).map((index) => placed[index]!);
}

function textWidth(text: string): number {
  return [...text].reduce((sum, one) => sum + (one > "\u2e7f" ? WIDE_CHARACTER : CHARACTER), 0);
}

/** The lowest and highest of all that is drawn; bars stand on nought. */
function rangeOf({ values, bounds }: Aligned, series: Series[]): [number, number] {
  let [low, high] = series.some((one) => one.kind === "bars") ? [0, 0] : [Infinity, -Infinity];
  for (const column of [...values, ...bounds.flat()]) {
    for (const value of column) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 0];
}

function leastGap(xs: number[]): number {
  return xs.slice(1).reduce((least, x, at) => Math.min(least, x - xs[at]!), Infinity);
}
