//! A KPI's figures by forwarder over a span that suits what is looked at, each leading to its course in SQL.
import { useMemo } from "preact/hooks";
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatDay, formatMonth } from "../../format/times.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { sqlHref } from "../../shell/links.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import type { Looking } from "./looking.ts";
import { FORWARDER_SPANS, forwarderCourseSql, forwarderDays, forwardersSql } from "./queries.ts";
import { useKpiWords } from "./words.ts";

export function ByForwarder({ kpi, looking }: { kpi: Kpi; looking: Looking }) {
  const words = useKpiWords();
  const shell = useWords();
  const language = useLanguage();
  const { grain, city, until } = looking;
  const days = forwarderDays(looking);
  const { rows, error, reload } = useQuery(forwardersSql(kpi, city, days));
  const columns = useColumns(kpi);
  const table = useMemo(
    () => (rows ? objects(rows).map((row) => columns.map((column) => row[column.name] ?? null)) : []),
    [rows, columns],
  );
  const [sentence, bucket] =
    grain === "month"
      ? [words.monthsUpTo, formatMonth(until, language)]
      : [words.daysUpTo, formatDay(days.last, language)];
  const span = fill(sentence, { count: FORWARDER_SPANS[grain], bucket });
  const title = words.byForwarder + shell.comma + span;
  return (
    <section aria-labelledby="by-forwarder">
      <h2 id="by-forwarder">{title}</h2>
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {table.length > 0 && (
        <Table
          caption={title}
          captionHidden
          columns={columns}
          rows={table}
          rowLink={([forwarder]) => sqlHref(forwarderCourseSql(kpi, city, days, forwarder as string | null))}
        />
      )}
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
