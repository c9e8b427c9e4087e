//! The figures of a chart as a table.
import { useMemo } from "preact/hooks";
import type { Cell } from "../../api/rows.ts";
import { useLanguage, useWords } from "../../words/index.ts";
import type { Band, Series } from "../Chart.tsx";
import { Table } from "../Table.tsx";
import type { TableColumn } from "../Table.tsx";
import type { Aligned } from "./align.ts";
import { formatTime } from "./summary.ts";

export interface ChartTableProps {
  caption: string;
  series: Series[];
  bands: Band[];
  data: Aligned;
  unit: string;
  zone: string;
  ofDays: boolean;
}

export function ChartTable({ caption, series, bands, data, unit, zone, ofDays }: ChartTableProps) {
  const words = useWords();
  const language = useLanguage();
  const columns = useMemo<TableColumn[]>(
    () => [
      {
        name: "time",
        title: words.time,
        type: ofDays ? "date" : "timestamptz",
        show: (cell) => formatTime(String(cell), zone, language),
      },
      ...series.map(({ name }) => ({ name, type: "double precision", unit })),
      ...bands.flatMap(({ name }) =>
        [`${name} ↓`, `${name} ↑`].map((name) => ({ name, type: "double precision", unit })),
      ),
    ],
    [series, bands, unit, zone, language],
  );
  const rows = useMemo<Cell[][]>(
    () =>
      data.labels.map((label, at) => [
        label,
        ...data.values.map((column) => column[at] ?? null),
        ...data.bounds.flatMap(([low, high]) => [low[at] ?? null, high[at] ?? null]),
      ]),
    [data],
  );
  return <Table caption={caption} captionHidden columns={columns} rows={rows} />;
}
