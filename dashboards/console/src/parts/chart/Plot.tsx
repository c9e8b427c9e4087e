//! The drawing of a chart: SVG in the page's own colours and faces, its cursor by mouse and by keys.
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { say } from "../../shell/say.ts";
import { useLanguage } from "../../words/index.ts";
import type { Band, Series } from "../Chart.tsx";
import type { Aligned } from "./align.ts";
import { Axes } from "./Axes.tsx";
import { layOut } from "./layout.ts";
import { Legend, readingAt } from "./Legend.tsx";
import { bandPath } from "./paths.ts";
import { nearest } from "./scale.ts";
import { Drawn } from "./Drawn.tsx";

export interface PlotProps {
  /** Read to those who cannot see the drawing. */
  label: string;
  series: Series[];
  bands: Band[];
  data: Aligned;
  unit: string;
  zone: string;
  height: number;
}

export function Plot({ label, series, bands, data, unit, zone, height }: PlotProps) {
  const language = useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [cursor, setCursor] = useState<number | null>(null);
  const layout = useMemo(
    () =>
      width > 0 && data.times.length > 0 ? layOut({ data, series, unit, zone, language }, { width, height }) : null,
    [data, series, unit, zone, language, width, height],
  );
  const shown = cursor === null ? null : Math.min(cursor, data.times.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = moved(event.key, shown, data.times.length);
    if (next === undefined) return;
    event.preventDefault();
    setCursor(next);
    say(readingAt({ series, bands, data, unit, zone, language }, next));
  };
  const onPointerMove = (event: PointerEvent) => {
    if (layout) setCursor(nearest(layout.xs, event.offsetX));
  };
  return (
    <>
      <div
        ref={place}
        class="plot"
        role="img"
        aria-label={label}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
      >
        {layout && (
          <svg
            width={width}
            height={height}
            aria-hidden="true"
            onPointerMove={onPointerMove}
            onPointerLeave={() => setCursor(null)}
          >
            <Axes layout={layout} />
            {data.bounds.map(([low, high], at) => (
              <path key={at} class="band" d={bandPath(layout.places(low), layout.places(high))} />
            ))}
            {series.map((one, at) => (
              <Drawn
                key={at}
                kind={one.kind ?? "line"}
                number={at}
                places={layout.places(data.values[at]!)}
                layout={layout}
              />
            ))}
            {shown !== null && (
              <line
                class="cursor"
                x1={layout.xs[shown]}
                x2={layout.xs[shown]}
                y1={layout.area.top}
                y2={layout.area.bottom}
              />
            )}
          </svg>
        )}
      </div>
      <Legend series={series} bands={bands} data={data} unit={unit} zone={zone} at={shown} />
    </>
  );
}

/** Where a key leads among so many times; the first key of all shows the last. */
function moved(key: string, from: number | null, numTimes: number): number | undefined {
  if (numTimes === 0) return undefined;
  const last = numTimes - 1;
  const next = { ArrowLeft: (from ?? numTimes) - 1, ArrowRight: (from ?? last) + 1, Home: 0, End: last }[key];
  return next === undefined ? undefined : Math.max(0, Math.min(last, next));
}

function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return width;
}
