//! What came after a close: the adjustments that are booked of it, the events and statements that made them.
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatMinute, formatMonth } from "../../format/times.ts";
import { instantColumn, numberColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import type { TableColumn } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities, useZone } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { formatMoney } from "./money.ts";
import { ADJUSTMENTS_SQL, LATE_SQL, STATED_SQL } from "./queries.ts";
import { placeWord, useFinanceWords, valueWord } from "./words.ts";

export function Adjustments() {
  const words = useFinanceWords();
  const language = useLanguage();
  const zone = useZone();
  const cities = useCities();
  const month = (cell: Cell) => formatMonth(String(cell), language);
  const place = (cell: Cell) => placeWord(words, String(cell), (code) => cityName(cities, code, language));
  const when = (instant: string) => formatMinute(instant, zone, language);
  const booked = [
    textColumn("month", words.bookedIn, month),
    textColumn("period", words.period, month),
    textColumn("pool", words.pool),
    textColumn("city", words.city, place),
    numberColumn("amount", words.amount, (cell, row) => formatMoney(String(cell), String(row[5]), language)),
  ];
  const late = [
    textColumn("month", words.month, month),
    textColumn("table_name", words.table),
    textColumn("type", words.type),
    textColumn("city", words.city, place),
    unitColumn("num", words.num, "count"),
    instantColumn("arrived", words.arrived, when),
  ];
  const stated = [
    textColumn("month", words.month, month),
    unitColumn("import", words.number, "count"),
    textColumn("kind", words.kind, (cell) => valueWord(words, "kind", String(cell))),
    textColumn("file", words.file),
    unitColumn("num_rows", words.rows, "count"),
    instantColumn("imported_at", words.importedAt, when),
    textColumn("imported_by", words.importedBy),
  ];
  return (
    <>
      <List title={words.booked} empty={words.noAdjustments} hint={words.noAdjustmentsHint} sql={ADJUSTMENTS_SQL} columns={booked}
        rowLink={(row) => hrefOf("finance", [String(row[0]), String(row[3]), String(row[2])])} />
      <List title={words.lateEvents} empty={words.noLate} sql={LATE_SQL} columns={late} />
      <List title={words.stated} empty={words.noStated} sql={STATED_SQL} columns={stated} />
    </>
  );
}

interface ListProps {
  title: string;
  empty: string;
  hint?: string;
  sql: string;
  columns: TableColumn[];
  rowLink?(row: Cell[]): string;
}

function List({ title, empty, hint, sql, columns, rowLink }: ListProps) {
  const answer = useQuery(sql);
  const rows = answer.rows?.rows;
  return (
    <section class="sheet">
      <h2>{title}</h2>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!rows && answer.loading && <Loading />}
      {rows?.length === 0 && <Empty title={empty} hint={hint} />}
      {rows && rows.length > 0 && <Table caption={title} captionHidden columns={columns} rows={rows} rowLink={rowLink} />}
    </section>
  );
}
