//! One amount back to its events: the pool, the share of it, the quantity that made the share, and its events in Kafka.
import type { ComponentChildren } from "preact";
import { objects } from "../../api/rows.ts";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatDecimal } from "../../format/numbers.ts";
import { formatMonth } from "../../format/times.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice } from "../../parts/Notice.tsx";
import { hrefOf } from "../../router.ts";
import { cityName, useCities } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { formatMoney, formatQuantity } from "./money.ts";
import { shareSql } from "./queries.ts";
import { TraceEvents } from "./TraceEvents.tsx";
import { placeWord, useFinanceWords, valueWord } from "./words.ts";

export interface TraceProps {
  month: string;
  city: string;
  pool: string;
}

type ShareRow = Record<string, Cell>;

export function Trace({ month, city, pool }: TraceProps) {
  const words = useFinanceWords();
  const language = useLanguage();
  const answer = useQuery(shareSql(month, city, pool));
  const rows = answer.rows && objects(answer.rows);
  return (
    <>
      <p><a href={hrefOf("finance", [], { month })}>← {words.back} {formatMonth(month, language)}</a></p>
      {answer.error && <ErrorNotice error={answer.error} onRetry={answer.reload} />}
      {!rows && answer.loading && <Loading />}
      {rows && rows.length === 0 && <Empty title={words.noRow} hint={`${month} ${city} ${pool}`} heading />}
      {rows?.map((row, at) => <Share key={String(row["period"])} row={row} isFirst={at === 0} />)}
    </>
  );
}

function Share({ row, isFirst }: { row: ShareRow; isFirst: boolean }) {
  const words = useFinanceWords();
  const language = useLanguage();
  const cities = useCities();
  const text = (name: string) => String(row[name] ?? "");
  const amount = formatMoney(text("amount"), text("currency"), language);
  const title = fill(words.trace, {
    amount, pool: text("pool"), city: placeWord(words, text("city"), (code) => cityName(cities, code, language)), month: formatMonth(text("period"), language),
  });
  return (
    <>
      {isFirst ? <h1>{title}</h1> : <h2>{title}</h2>}
      <section class="sheet">
        <h2>{words.howMade}</h2>
        <Steps row={row} amount={amount} />
        <More row={row} />
      </section>
      {row["driver"] !== null && (
        <TraceEvents month={text("period")} city={text("city")} driver={text("driver")} measured={row["measured"] as string | null}
          isClosed={text("status") === "closed"} />
      )}
    </>
  );
}

/** Billed pool, times share, is the amount; the share is a quantity of all. */
function Steps({ row, amount }: { row: ShareRow; amount: string }) {
  const words = useFinanceWords();
  const language = useLanguage();
  const quantity = (name: string) => formatQuantity(String(row[name]), language);
  const known = (name: string) => row[name] !== null && row[name] !== undefined;
  return (
    <ol class="steps">
      {known("billed_amount") && <Step name={words.billed}>{formatMoney(String(row["billed_amount"]), String(row["billed_currency"]), language)}</Step>}
      {known("measured") && (
        <Step name={words.measured}>{quantity("measured")}{known("weight") && <small> × {words.weight} {quantity("weight")}</small>}</Step>
      )}
      {known("driver_quantity") && (
        <Step name={words.quantity}>{quantity("driver_quantity")}<small> {words.totalQuantity} {quantity("driver_total")}</small></Step>
      )}
      {known("ratio") && <Step name={words.ratio}>{formatDecimal(String(row["ratio"]), { style: "percent", maximumFractionDigits: 10 }, language)}</Step>}
      <Step name={words.amount}><strong>{amount}</strong></Step>
    </ol>
  );
}

function Step({ name, children }: { name: string; children: ComponentChildren }) {
  return <li><span class="soft">{name}</span><span class="number">{children}</span></li>;
}

function More({ row }: { row: ShareRow }) {
  const words = useFinanceWords();
  const facts: [string, Cell | undefined, string][] = [
    [words.driver, row["driver"], valueWord(words, "driver", String(row["driver"]))],
    [words.status, row["status"], valueWord(words, "status", String(row["status"]))],
    [words.reason, row["reason"], valueWord(words, "reason", String(row["reason"]))],
    [words.policy, row["policy_version"], String(row["policy_version"])],
    [words.method, row["method"], `${row["method"]} ${row["method_version"]}`],
    [words.source, row["import"], fill(words.importOf, { file: String(row["file"]), number: String(row["import"]), by: String(row["imported_by"]) })],
    [words.pack, row["close_id"], String(row["close_id"])],
  ];
  return (
    <dl class="facts">
      {facts.filter(([, cell]) => cell !== null && cell !== undefined).map(([name, , text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}
    </dl>
  );
}
