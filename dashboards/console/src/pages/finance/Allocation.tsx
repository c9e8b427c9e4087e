//! The amounts of a month as a table of cities by pools; each amount leads to what it is made of.
import type { Cell } from "../../api/rows.ts";
import { numberColumn, textColumn } from "../../parts/columns.tsx";
import { Table } from "../../parts/Table.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { useLanguage } from "../../words/index.ts";
import { formatAmount } from "./money.ts";
import type { Pivot } from "./pivot.ts";
import { placeWord, useFinanceWords } from "./words.ts";

/** Stands for the row of totals, which no city is called. */
const TOTAL = "";

export function Allocation({ month, pivot, caption }: { month: string; pivot: Pivot; caption: string }) {
  const words = useFinanceWords();
  const language = useLanguage();
  const cities = useCities();
  const name = (code: string) => placeWord(words, code, (code) => cityName(cities, code, language));
  const columns = [
    { ...textColumn("city", words.city), show: (cell: Cell) => (cell === TOTAL ? <strong>{words.total}</strong> : name(String(cell))) },
    ...pivot.pools.map((pool) => numberColumn(pool, pool, (cell, row) => (
      row[0] === TOTAL
        ? <strong>{formatAmount(String(cell), language)}</strong>
        : <a href={hrefOf("finance", [month, String(row[0]), pool])} tabIndex={-1}>{formatAmount(String(cell), language)}</a>
    ))),
    numberColumn("total", words.total, (cell) => <strong>{formatAmount(String(cell), language)}</strong>),
  ];
  const rows: Cell[][] = [...pivot.rows.map(({ city, amounts, total }) => [city, ...amounts, total]), [TOTAL, ...pivot.totals]];
  return <Table caption={caption} captionHidden columns={columns} rows={rows} />;
}
