//! An answer as a chart: the axis, the figures and what tells lines apart are chosen by people.
import { useMemo, useState } from "preact/hooks";
import type { Column } from "../../api/rows.ts";
import { formatCount, isNumeric } from "../../format/numbers.ts";
import { Chart } from "../../parts/Chart.tsx";
import { Chooser } from "../../parts/Chooser.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import type { Answer } from "./answers.ts";
import { Bars } from "./Bars.tsx";
import { drawBars, drawTimes, isTime, likelyShape } from "./shape.ts";
import type { Drawing, Shape } from "./shape.ts";
import { useSqlWords } from "./words.ts";

export function ChartView({ answer }: { answer: Answer }) {
  const words = useSqlWords();
  const [chosen, setChosen] = useState<{ columns: Column[]; shape: Shape } | null>(null);
  // A choice counts for the columns that it was made for.
  const shape = chosen?.columns === answer.columns ? chosen.shape : likelyShape(answer.columns);
  if (!shape) return <Empty title={words.noChart} hint={words.noChartHint} />;
  return (
    <>
      <ShapeChoosers columns={answer.columns} shape={shape} onChoose={(shape) => setChosen({ columns: answer.columns, shape })} />
      <Drawn answer={answer} shape={shape} />
    </>
  );
}

function Drawn({ answer: { columns, rows }, shape }: { answer: Answer; shape: Shape }) {
  const words = useSqlWords();
  const zone = useZone();
  const axis = columns[shape.x]!;
  const title = fill(words.chartTitle, { figures: shape.ys.map((y) => columns[y]!.name).join(", "), axis: axis.name });
  const overTime = isTime(axis);
  const key = [columns, rows, rows.length, JSON.stringify(shape)];
  const times = useMemo(() => (overTime ? drawTimes(columns, rows, shape) : null), key);
  const bars = useMemo(() => (overTime ? null : drawBars(columns, rows, shape)), key);
  return (
    <div class="sheet">
      {times && <Chart title={title} series={times.lines} unit="number" zone={axis.type === "timestamptz" ? zone : "UTC"} height={340} />}
      {bars && <Bars title={title} axis={axis.name} lines={bars.lines} />}
      <Undrawn drawing={times ?? bars!} numRows={rows.length} />
    </div>
  );
}

/** What the chart does not show, said. */
function Undrawn({ drawing, numRows }: { drawing: Drawing<unknown>; numRows: number }) {
  const words = useSqlWords();
  const language = useLanguage();
  const count = (number: number) => formatCount(number, language);
  const { rowsLeft, linesLeft, numRepeats } = drawing;
  return (
    <>
      {rowsLeft > 0 && <p class="soft">{fill(words.rowsLeft, { drawn: count(numRows - rowsLeft), rows: count(numRows) })}</p>}
      {linesLeft > 0 && <p class="soft">{fill(words.linesLeft, { lines: count(linesLeft) })}</p>}
      {numRepeats > 0 && <p class="soft">{fill(words.repeats, { rows: count(numRepeats) })}</p>}
    </>
  );
}

interface ShapeChoosersProps {
  columns: Column[];
  shape: Shape;
  onChoose(shape: Shape): void;
}

function ShapeChoosers({ columns, shape, onChoose }: ShapeChoosersProps) {
  const words = useSqlWords();
  const options = columns.map(({ name }, at) => ({ value: String(at), text: name }));
  const toggle = (y: number) => {
    const ys = shape.ys.includes(y) ? shape.ys.filter((at) => at !== y) : [...shape.ys, y].sort((a, b) => a - b);
    if (ys.length > 0) onChoose({ ...shape, ys });
  };
  const series = options.filter(({ value }) => Number(value) !== shape.x && !isNumeric(columns[Number(value)]!));
  return (
    <div class="row sql-shape">
      <Chooser label={words.axis} value={String(shape.x)} options={options}
        onChoose={(x) => onChoose({ ...shape, x: Number(x), series: shape.series === Number(x) ? null : shape.series })} />
      <Chooser label={words.linesBy} value={shape.series === null ? "" : String(shape.series)} options={[{ value: "", text: words.oneLine }, ...series]}
        onChoose={(series) => onChoose({ ...shape, series: series === "" ? null : Number(series) })} />
      <fieldset class="row">
        <legend>{words.figures}</legend>
        {columns.map((column, at) => isNumeric(column) && at !== shape.x && (
          <label key={at}><input type="checkbox" checked={shape.ys.includes(at)} onChange={() => toggle(at)} /> {column.name}</label>
        ))}
      </fieldset>
    </div>
  );
}
