//! What the page asks.
import { quoted } from "../../api/sql.ts";

/** Every month that has settled invoices or pools, the newest first, and how it stands. */
export const MONTHS_SQL = `SELECT m.month, coalesce(c.status, 'open') AS status, p.num AS pools, c.prepared_by, c.prepared_at, c.approved_by, c.approved_at,
  c.policy_version, c.close_id
FROM (SELECT DISTINCT substr(CAST(bucket AS VARCHAR), 1, 7) AS month FROM kpi_monthly WHERE kpi = 'invoices_settled'
  UNION SELECT DISTINCT month FROM cost_pools) m
LEFT JOIN month_closes c ON c.month = m.month
LEFT JOIN (SELECT month, count(*) AS num FROM cost_pools GROUP BY month) p ON p.month = m.month
ORDER BY m.month DESC`;

/** Who bears what of a month, in the order of its statement. */
export function allocationSql(month: string): string {
  return `SELECT city, pool, amount, currency, status, period FROM cost_allocation WHERE month = ${quoted(month)} ORDER BY place`;
}

/** What a month's pools come to in their own currency. */
export function poolsSql(month: string): string {
  return `SELECT pool, amount, currency FROM cost_pools WHERE month = ${quoted(month)} ORDER BY pool`;
}

/** The rows of one amount: the share itself, and adjustments of other months booked with it. */
export function shareSql(month: string, city: string, pool: string): string {
  return `SELECT a.*, i.file, p.import, i.imported_by
FROM cost_allocation a
LEFT JOIN cost_pools p ON p.month = a.period AND p.pool = a.pool
LEFT JOIN finance_imports i ON i.import = p.import AND i.kind = 'pools'
WHERE a.month = ${quoted(month)} AND a.city = ${quoted(city)} AND a.pool = ${quoted(pool)} ORDER BY a.period DESC`;
}

/** What a driver measured in a city; what has no city is borne by nobody. */
function measuredIn(month: string, city: string, driver: string): string {
  const place = city === "unallocated" ? "city IS NULL" : `city = ${quoted(city)}`;
  return `month = ${quoted(month)} AND driver = ${quoted(driver)} AND ${place}`;
}

/** Number and sum of the events behind a quantity, by unit; of costs with the month's rate to HKD. */
export function sumsSql(month: string, city: string, driver: string): string {
  const first = `DATE ${quoted(`${month}-01`)}`;
  return `SELECT e.unit, e.num, e.quantity, r.hkd
FROM (SELECT unit, count(*) AS num, sum(quantity) AS quantity FROM driver_events WHERE ${measuredIn(month, city, driver)} GROUP BY unit) e
LEFT JOIN exchange_rates r ON r.currency = e.unit AND r.valid_from <= ${first} AND (r.valid_until IS NULL OR r.valid_until > ${first})
ORDER BY e.unit`;
}

/** The events behind a quantity, the largest first, with their places in Kafka. */
export function eventsSql(month: string, city: string, driver: string, limit?: number): string {
  return `SELECT subject, quantity, unit, type, time, _topic, _partition, _offset, event_id
FROM driver_events WHERE ${measuredIn(month, city, driver)}
ORDER BY quantity DESC, time, event_id${limit === undefined ? "" : ` LIMIT ${limit}`}`;
}

/** Ids of the events of a closed month that came after its close. */
export function lateIdsSql(month: string): string {
  return `SELECT event_id FROM late_events WHERE month = ${quoted(month)}`;
}

/** How much of each budget of a month is used. */
export function budgetsSql(month: string, city: string): string {
  const ofCity = city === "" ? "" : ` AND city = ${quoted(city)}`;
  return `SELECT city, category, status, budget, actual, used, forecast, forecast_used, basis, currency
FROM budget_status WHERE month = ${quoted(month)}${ofCity} ORDER BY used DESC NULLS LAST, city, category`;
}

export const IMPORTS_SQL = "SELECT import, kind, file, num_rows, imported_at, imported_by, file_sha256 FROM finance_imports ORDER BY import DESC, kind";

export const ADJUSTMENTS_SQL = `SELECT month, period, pool, city, amount, currency, close_id FROM cost_allocation
WHERE status = 'adjustment' ORDER BY month DESC, period DESC, place`;

/** How many events arrived after each close, by table and type. */
export const LATE_SQL = `SELECT month, table_name, type, city, count(*) AS num, max(_ingested_at) AS arrived
FROM late_events GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 5 DESC`;

/** What finance stated after the close of a month. */
export const STATED_SQL = `SELECT c.month, i.import, i.kind, i.file, i.num_rows, i.imported_at, i.imported_by
FROM finance_imports i JOIN month_closes c ON i.import > c.imports WHERE c.status = 'closed' ORDER BY c.month DESC, i.import DESC, i.kind`;
