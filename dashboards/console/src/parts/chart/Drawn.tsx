//! One series on a chart.
import type { Series } from "../Chart.tsx";
import type { Layout } from "./layout.ts";
import { linePath, loners } from "./paths.ts";
import type { Place } from "./paths.ts";

/** Colours that tokens.css has: `--series-1`... */
const NUM_COLOURS = 6;

/** Above so many points a line has no dots. */
const DOTS_MAX = 40;

export interface DrawnProps {
  kind: NonNullable<Series["kind"]>;
  /** Its place among the series: gives the colour. */
  number: number;
  places: (Place | null)[];
  layout: Layout;
}

export function Drawn({ kind, number, places, layout }: DrawnProps) {
  const known = places.filter((place) => place !== null);
  const name = `series ${colourOf(number)} ${kind}`;
  if (kind === "bars") return <path class={name} d={known.map((place) => barPath(place, layout)).join("")} />;
  if (kind === "dots") return <Dots name={name} places={known} radius={4.5} />;
  // A target or a forecast goes on over what is missing; what was measured does not.
  const path = linePath(kind === "dashed" ? known : places);
  const dots = kind === "line" && known.length <= DOTS_MAX ? known : loners(places);
  return (
    <>
      <path class={name} d={path} />
      {dots.length > 0 && <Dots name={`series ${colourOf(number)} dots`} places={dots} radius={2.5} />}
    </>
  );
}

/** The class of a series' colour. */
export function colourOf(number: number): string {
  return `colour-${(number % NUM_COLOURS) + 1}`;
}

function Dots({ name, places, radius }: { name: string; places: Place[]; radius: number }) {
  return (
    <g class={name}>
      {places.map(({ x, y }) => (
        <circle key={x} cx={x} cy={y} r={radius} />
      ))}
    </g>
  );
}

function barPath({ x, y }: Place, { barWidth, ground }: Layout): string {
  const [left, right] = [x - barWidth / 2, x + barWidth / 2].map((edge) => edge.toFixed(1));
  return `M${left} ${ground}V${y.toFixed(1)}H${right}V${ground}Z`;
}
