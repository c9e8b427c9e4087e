//! A KPI's figures by forwarder over a span that suits what is looked at, and the course of the one that is chosen.
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatDay, formatMonth } from "../../format/times.ts";
import type { Kpi } from "../../kpis/catalogue.ts";
import { Chart } from "../../parts/Chart.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf, useParameter } from "../../router.ts";
import { sqlHref } from "../../shell/links.ts";
import { fill, useLanguage, useWords } from "../../words/index.ts";
import { draw } from "./Course.tsx";
import { keptParameters } from "./KpiTile.tsx";
import type { Looking } from "./looking.ts";
import { FORWARDER_SPANS, forwarderCourseSql, forwarderDays, forwardersSql } from "./queries.ts";
import type { Days } from "./queries.ts";
import { useKpiWords } from "./words.ts";

/** What stands in the address for events without a forwarder. */
const WITHOUT = "-";

/** A forwarder in the address. */
function keyOf(forwarder: Cell | undefined): string {
  return forwarder === null || forwarder === undefined ? WITHOUT : String(forwarder);
}

export function ByForwarder({ kpi, looking, place }: { kpi: Kpi; looking: Looking; place: string }) {
  const words = useKpiWords();
  const shell = useWords();
  const language = useLanguage();
  const { grain, city, until } = looking;
  const days = forwarderDays(looking);
  const { rows, error, reload } = useQuery(forwardersSql(kpi, city, days));
  const [wanted] = useParameter("forwarder");
  const [opened] = useState(wanted);
  const columns = useColumns(kpi);
  const table = useMemo(
    () => (rows ? objects(rows).map((row) => columns.map((column) => row[column.name] ?? null)) : []),
    [rows, columns],
  );
  const chosen = table.find(([forwarder]) => keyOf(forwarder) === wanted);
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
      {chosen && (
        <Drill
          key={wanted}
          kpi={kpi}
          looking={looking}
          days={days}
          forwarder={chosen[0] as string | null}
          place={place}
          isSought={wanted !== opened}
        />
      )}
      {table.length > 0 && (
        <Table
          caption={title}
          captionHidden
          columns={columns}
          rows={table}
          rowLink={([forwarder]) =>
            hrefOf("kpis", [kpi.kpi], { ...keptParameters(looking), forwarder: keyOf(forwarder) })
          }
        />
      )}
    </section>
  );
}

interface DrillProps {
  kpi: Kpi;
  looking: Looking;
  days: Days;
  /** Null for what has none. */
  forwarder: string | null;
  place: string;
  /** The reader has just chosen it; the address had it not when the page was opened. */
  isSought: boolean;
}

/** The course of one forwarder by day, and its question. */
function Drill({ kpi, looking, days, forwarder, place, isSought }: DrillProps) {
  const words = useKpiWords();
  const shell = useWords();
  const language = useLanguage();
  const section = useRef<HTMLDivElement>(null);
  const sql = forwarderCourseSql(kpi, looking.city, days, forwarder);
  const { rows, error, reload } = useQuery(sql);
  const drawn = useMemo(() => rows && draw({ kpi, grain: "day", words, course: rows }), [kpi, rows, words]);
  const name = forwarder ?? words.withoutForwarder;
  // It opens above the row that was chosen, which may be far down.
  useLayoutEffect(() => {
    if (isSought) section.current?.scrollIntoView({ block: "nearest" });
  }, [drawn !== undefined]);
  return (
    <div ref={section} class="sheet">
      {error && <ErrorNotice error={error} onRetry={reload} />}
      {drawn ? (
        <Chart
          title={fill(words.course, { title: kpi.titles[language], place: name + shell.comma + place })}
          series={drawn.series}
          bands={drawn.bands}
          unit={kpi.unit}
          zone={looking.zone}
        />
      ) : (
        !error && <Loading />
      )}
      <p>
        <a href={sqlHref(sql)}>{words.openSql}</a>
      </p>
    </div>
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
