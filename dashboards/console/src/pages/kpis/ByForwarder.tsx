//! A KPI's figures by forwarder over the last weeks.
import { useMemo } from "preact/hooks";
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatDay } from "../../format/times.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import type { Looking } from "./looking.ts";
import { forwardersSql } from "./queries.ts";
import { useKpiWords } from "./words.ts";

export function ByForwarder({ kpi, looking }: { kpi: Kpi; looking: Looking }) {
  const words = useKpiWords();
  const shell = useWords();
  const language = useLanguage();
  const untilDay = looking.until.slice(0, 10);
  const { rows, error, reload } = useQuery(forwardersSql(kpi, looking.city, untilDay));
  const columns = useColumns(kpi);
  const table = useMemo(
    () => (rows ? objects(rows).map((row) => columns.map((column) => row[column.name] ?? null)) : []),
    [rows, columns],
  );
  const title = words.byForwarder + shell.comma + fill(words.last28, { bucket: formatDay(untilDay, language) });
  return (
    <section aria-labelledby="by-forwarder">
      <h2 id="by-forwarder">{title}</h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {table.length > 0 && <Table caption={title} captionHidden columns={columns} rows={table} />}
    </section>
  );
}

/** Columns by the names of the answer: a sum, a division with its parts, or bounds of what does not add up. */
function useColumns(kpi: Kpi): TableColumn[] {
  const words = useKpiWords();
  return useMemo(() => {
    const number = (name: string, title: string, unit: string): TableColumn => ({ name, title, type: "numeric", unit });
    const forwarder: TableColumn = {
      name: "forwarder",
      title: words.forwarder,
      type: "text",
      show: (cell: Cell) => (cell === null ? words.withoutForwarder : String(cell)),
    };
    if (!kpi.additive)
      return [forwarder, number("low", words.lowest, kpi.unit), number("high", words.highest, kpi.unit)];
    if (kpi.isSum) return [forwarder, number("total", words.value, kpi.unit)];
    return [
      forwarder,
      number("ratio", words.value, kpi.unit),
      number("total", words.numerator, "count"),
      number("divided", words.denominator, "count"),
    ];
  }, [kpi, words]);
}
