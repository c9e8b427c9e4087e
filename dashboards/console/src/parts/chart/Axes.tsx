//! The axes of a chart.
import type { Layout } from "./layout.ts";

/** Where ticks' texts stand below the axis, in pixels. */
const FIRST_LINE = 16;
const SECOND_LINE = 31;

export function Axes({ layout: { area, valueTicks, timeTicks } }: { layout: Layout }) {
  return (
    <g class="axes">
      {valueTicks.map(({ y, text }) => (
        <g key={y}>
          <line x1={area.left} x2={area.right} y1={y} y2={y} />
          <text class="value" x={area.left - 8} y={y}>
            {text}
          </text>
        </g>
      ))}
      {timeTicks.map(({ x, textX, text, below }) => (
        <g key={x}>
          <line x1={x} x2={x} y1={area.bottom} y2={area.bottom + 4} />
          <text class="time" x={textX} y={area.bottom + FIRST_LINE}>
            {text}
          </text>
          {below && (
            <text class="time" x={textX} y={area.bottom + SECOND_LINE}>
              {below}
            </text>
          )}
        </g>
      ))}
    </g>
  );
}
