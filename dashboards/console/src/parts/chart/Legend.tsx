//! What the lines of a chart are, and what they say where the cursor is.
import { formatValue } from "../../format/numbers.ts";
import { useLanguage } from "../../words/index.ts";
import type { Language } from "../../words/index.ts";
import type { Band, Series } from "../Chart.tsx";
import type { Aligned } from "./align.ts";
import { colourOf } from "./Drawn.tsx";
import { formatTime } from "./summary.ts";

export interface LegendProps {
  series: Series[];
  bands: Band[];
  data: Aligned;
  unit: string;
  zone: string;
  /** The time that the cursor is at; null where it is nowhere. */
  at: number | null;
}

export function Legend({ series, bands, data, unit, zone, at }: LegendProps) {
  const language = useLanguage();
  const figures = { series, bands, data, unit, zone, language };
  return (
    <ul class="legend">
      {series.map((one, number) => (
        <li key={one.name}>
          <span class={`swatch ${colourOf(number)} ${one.kind ?? "line"}`} aria-hidden="true" />
          {one.name}
          {at !== null && <b>{seriesText(figures, number, at)}</b>}
        </li>
      ))}
      {bands.map((band, number) => (
        <li key={band.name}>
          <span class="swatch band" aria-hidden="true" />
          {band.name}
          {at !== null && <b>{bandText(figures, number, at)}</b>}
        </li>
      ))}
      {at !== null && <li class="legend-time">{formatTime(data.labels[at]!, zone, language)}</li>}
    </ul>
  );
}

interface Figures extends Omit<LegendProps, "at"> {
  language: Language;
}

/** What a chart says at a time, in a sentence. */
export function readingAt(figures: Figures, at: number): string {
  const { series, bands, data, zone, language } = figures;
  return [
    formatTime(data.labels[at]!, zone, language),
    ...series.map((one, number) => `${one.name} ${seriesText(figures, number, at)}`),
    ...bands.map((band, number) => `${band.name} ${bandText(figures, number, at)}`),
  ].join(", ");
}

function seriesText({ data, unit, language }: Figures, number: number, at: number): string {
  return formatValue(data.values[number]?.[at], unit, language);
}

function bandText({ data, unit, language }: Figures, number: number, at: number): string {
  const [low, high] = data.bounds[number]!;
  return `${formatValue(low[at], unit, language)} – ${formatValue(high[at], unit, language)}`;
}
