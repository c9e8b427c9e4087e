//! A month: how its close stands, who bears what, and how all months stand.
import { useQuery } from "../../api/use.ts";
import { formatMinute, formatMonth } from "../../format/times.ts";
import { instantColumn, textColumn, unitColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Table } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { Allocation } from "./Allocation.tsx";
import { Close } from "./Close.tsx";
import type { Month } from "./months.ts";
import { pivotOf } from "./pivot.ts";
import type { Share } from "./pivot.ts";
import { allocationSql } from "./queries.ts";
import { useFinanceWords, valueWord } from "./words.ts";

export interface MonthViewProps {
  month: Month;
  months: Month[];
  /** Called when the month's close has taken a step. */
  onChanged(): void;
}

export function MonthView({ month, months, onChanged }: MonthViewProps) {
  const words = useFinanceWords();
  const language = useLanguage();
  const answer = useQuery(allocationSql(month.month));
  const shares = (answer.rows?.rows ?? []).map(([city, pool, amount, currency, status]) => ({
    city: String(city), pool: String(pool), amount: String(amount), currency: String(currency), isAdjustment: status === "adjustment",
  }));
  const own = shares.filter(({ isAdjustment }) => !isAdjustment);
  const adjustments = shares.filter(({ isAdjustment }) => isAdjustment);
  const name = formatMonth(month.month, language);
  const currency = shares[0]?.currency ?? "HKD";
  const table = (of: Share[], title: string) => (
    <section class="sheet">
      <h2>{fill(title, { month: name })} <small>{currency}</small></h2>
      <p class="soft">{words.allocationHint}</p>
      <Allocation month={month.month} pivot={pivotOf(of)} caption={fill(title, { month: name })} />
    </section>
  );
  return (
    <>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!answer.rows && answer.loading && <Loading />}
      <Close month={month} shares={shares} onChanged={() => { onChanged(); answer.reload(); }} />
      {own.length > 0 && table(own, words.allocation)}
      {adjustments.length > 0 && table(adjustments, words.adjustmentsOf)}
      {answer.rows && shares.length === 0 && (
        <Empty title={words.noAllocation} hint={words.noAllocationHint}><p><a href={hrefOf("finance", [], { view: "imports" })}>{words.seeImports}</a></p></Empty>
      )}
      <Months months={months} />
    </>
  );
}

function Months({ months }: { months: Month[] }) {
  const words = useFinanceWords();
  const language = useLanguage();
  const zone = useZone();
  const when = (instant: string) => formatMinute(instant, zone, language);
  const columns = [
    textColumn("month", words.month, (cell) => formatMonth(String(cell), language)),
    textColumn("status", words.status, (cell) => valueWord(words, "status", String(cell))),
    unitColumn("pools", words.pools, "count"),
    textColumn("prepared_by", words.preparedBy),
    instantColumn("prepared_at", words.preparedAt, when),
    textColumn("approved_by", words.approvedBy),
    instantColumn("approved_at", words.approvedAt, when),
    textColumn("policy_version", words.policy),
    textColumn("close_id", words.pack, (cell) => <code title={String(cell)}>{String(cell).slice(0, 12)}…</code>),
  ];
  const names = columns.map(({ name }) => name as keyof Month);
  return (
    <section class="sheet">
      <h2>{words.months}</h2>
      <Table caption={words.months} captionHidden columns={columns} rows={months.map((month) => names.map((name) => month[name]))}
        rowLink={(row) => hrefOf("finance", [], { month: String(row[0]) })} />
    </section>
  );
}
