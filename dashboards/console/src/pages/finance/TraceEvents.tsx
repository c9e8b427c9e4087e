//! The events behind a quantity: how many, what they come to, and the largest of them with their places in Kafka.
import { useMemo } from "preact/hooks";
import type { Cell } from "../../api/rows.ts";
import { useQuery } from "../../api/use.ts";
import { formatCount } from "../../format/numbers.ts";
import { formatInstant } from "../../format/times.ts";
import { instantColumn, numberColumn, textColumn } from "../../parts/columns.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { ErrorNotice, Notice } from "../../parts/Notice.tsx";
import { Sign } from "../../parts/Sign.tsx";
import { Table } from "../../parts/Table.tsx";
import { sqlHref } from "../../shell/links.ts";
import { useZone } from "../../shell/place.ts";
import { fill, useLanguage } from "../../words/index.ts";
import { addDecimals, agreeTo, multiplyDecimals } from "./decimals.ts";
import { formatQuantity } from "./money.ts";
import { eventsSql, lateIdsSql, sumsSql } from "./queries.ts";
import { useFinanceWords } from "./words.ts";

export interface TraceEventsProps {
  month: string;
  city: string;
  driver: string;
  /** What the allocation counted; null where nothing was measured. */
  measured: string | null;
  isClosed: boolean;
}

const SHOWN_MAX = 500;

/** Drivers that measure nothing. */
const BY_POLICY = ["fixed", "even"];

export function TraceEvents({ month, city, driver, measured, isClosed }: TraceEventsProps) {
  const words = useFinanceWords();
  const isMeasured = !BY_POLICY.includes(driver) && city !== "idle";
  const sums = useQuery(isMeasured ? sumsSql(month, city, driver) : null);
  const events = useQuery(isMeasured ? eventsSql(month, city, driver, SHOWN_MAX) : null);
  const late = useQuery(isMeasured && isClosed ? lateIdsSql(month) : null);
  const lateIds = useMemo(() => new Set(late.rows?.rows.map(([id]) => id)), [late.rows]);
  const error = events.error ?? sums.error;
  return (
    <section class="sheet">
      <h2>{words.events}</h2>
      {!isMeasured && <p>{words.noEvents}</p>}
      {error && <ErrorNotice error={error} onRetry={() => { sums.reload(); events.reload(); }} />}
      {isMeasured && !error && (!events.rows || !sums.rows) && <Loading />}
      {sums.rows && <Sums rows={sums.rows.rows} measured={measured} />}
      {lateIds.size > 0 && events.rows && <LateNotice rows={events.rows.rows} lateIds={lateIds} />}
      {isMeasured && <p class="row">
        <a href={sqlHref(eventsSql(month, city, driver))}>{words.openSql}</a>
        {events.rows?.rows.length === SHOWN_MAX && <span class="soft">{fill(words.shownOf, { num: SHOWN_MAX })}</span>}
      </p>}
      {events.rows && events.rows.rows.length > 0 && <EventTable rows={events.rows.rows} lateIds={lateIds} />}
    </section>
  );
}

/** Digits to which quantities are rounded. */
const QUANTITY_DIGITS = 9;

/** What the events come to by unit, converted at the month's rates where they are costs, beside what was measured. */
function Sums({ rows, measured }: { rows: Cell[][]; measured: string | null }) {
  const words = useFinanceWords();
  const language = useLanguage();
  if (rows.length === 0) return <p>{words.noEventsFound}</p>;
  const converted = rows.map(([, , quantity, rate]) => (rate === null ? String(quantity) : multiplyDecimals(String(quantity), String(rate))));
  const matches = measured !== null && agreeTo(QUANTITY_DIGITS, addDecimals(converted), measured);
  const rateText = (rate: Cell | undefined) => (rate === null || Number(rate) === 1 ? "" : ` × ${formatQuantity(String(rate), language)}`);
  return (
    <>
      {rows.map(([unit, num, quantity, rate]) => (
        <p key={String(unit)}>
          {fill(words.sumOf, {
            num: formatCount(String(num), language),
            sum: `${formatQuantity(String(quantity), language)} ${unit ?? ""}`.trim() + rateText(rate),
          })}
        </p>
      ))}
      {matches && <p><Sign level="ok" text={fill(words.matches, { measured: formatQuantity(measured, language) })} /></p>}
    </>
  );
}

const ID_PLACE = 8;

function LateNotice({ rows, lateIds }: { rows: Cell[][]; lateIds: Set<Cell | undefined> }) {
  const words = useFinanceWords();
  const num = rows.filter((row) => lateIds.has(row[ID_PLACE])).length;
  return num === 0 ? null : <Notice level="warn" title={fill(words.differs, { num })} />;
}

function EventTable({ rows, lateIds }: { rows: Cell[][]; lateIds: Set<Cell | undefined> }) {
  const words = useFinanceWords();
  const language = useLanguage();
  const zone = useZone();
  const columns = [
    textColumn("subject", words.subject),
    numberColumn("quantity", words.part, (cell) => formatQuantity(String(cell), language)),
    textColumn("unit", words.unit),
    textColumn("type", words.type),
    instantColumn("time", words.time, (time) => formatInstant(time, zone, language)),
    textColumn("_topic", words.topic),
    numberColumn("_partition", words.partition, String),
    numberColumn("_offset", words.offset, String),
    textColumn("event_id", words.eventId, (cell) => <>{String(cell)}{lateIds.has(cell) && <small> ▲ {words.afterClose}</small>}</>),
  ];
  return <Table caption={words.events} captionHidden columns={columns} rows={rows} virtual={rows.length > 30} />;
}
