//! Budgets of a month: what is spent, and what the month comes to.
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatValue } from "../../format/numbers.ts";
import { formatMonth } from "../../format/times.ts";
import { numberColumn, textColumn } from "../../parts/columns.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { Sign } from "../../parts/Sign.tsx";
import type { Level } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import { cityName, useCities, useCity } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { formatMoney } from "./money.ts";
import { budgetsSql } from "./queries.ts";
import { useFinanceWords, valueWord } from "./words.ts";

const LEVELS: Record<string, Level> = { over: "act", warn: "warn", ahead: "warn", half: "info", ok: "ok", unknown: "info" };

/** Where the currency of a row stands. */
const CURRENCY = 9;

export function Budgets({ month }: { month: string }) {
  const words = useFinanceWords();
  const language = useLanguage();
  const [city] = useCity();
  const cities = useCities();
  const answer = useQuery(budgetsSql(month, city));
  if (answer.error) return <ErrorNotice error={answer.error} onRetry={answer.reload} />;
  if (!answer.rows) return <Loading />;
  if (answer.rows.rows.length === 0) return <Empty title={words.noBudgets} hint={words.noBudgetsHint} />;
  const money = (cell: Cell, row: Cell[]) => formatMoney(String(cell), String(row[CURRENCY]), language);
  const share = (cell: Cell) => formatValue(String(cell), "ratio", language);
  const columns = [
    textColumn("city", words.city, (cell) => cityName(cities, String(cell), language)),
    textColumn("category", words.category),
    textColumn("status", words.status, (cell) => <Sign level={LEVELS[String(cell)] ?? "info"} text={valueWord(words, "budget", String(cell))} />),
    numberColumn("budget", words.budget, money),
    numberColumn("actual", words.spent, money),
    numberColumn("used", words.used, (cell, row) => <Used used={Number(cell)} forecast={row[7] === null ? null : Number(row[7])} text={share(cell)} />),
    numberColumn("forecast", words.forecast, money),
    numberColumn("forecast_used", "%", share),
    textColumn("basis", words.basis, (cell) => valueWord(words, "basis", String(cell))),
  ];
  return <Table caption={fill(words.budgets, { month: formatMonth(month, language) })} columns={columns} rows={answer.rows.rows} />;
}

/** The share that is used as a bar up to 120 %, a line at 100 %, and where the month ends up as a mark. */
function Used({ used, forecast, text }: { used: number; forecast: number | null; text: string }) {
  const place = (share: number) => Math.min(120, Math.max(0, 100 * share));
  return (
    <span class="used">
      <svg viewBox="0 0 120 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="room" x="0" y="2" width="100" height="6" />
        <rect class={used >= 1 ? "over" : "within"} x="0" y="2" width={place(used)} height="6" />
        <line class="limit" x1="100" x2="100" y1="0" y2="10" />
        {forecast !== null && <line class="forecast" x1={place(forecast)} x2={place(forecast)} y1="0" y2="10" />}
      </svg>
      {text}
    </span>
  );
}
