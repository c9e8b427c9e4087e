//! The question that lists the events behind an anomaly, for the SQL page.
import { quoted } from "../../api/sql.ts";
import type { Anomaly } from "./queries.ts";

const LIMIT = "LIMIT 500";

/** SQL for the events that the anomaly is about, by what it was found in. */
export function eventsSql(anomaly: Anomaly): string {
  switch (anomaly.series) {
    case "charges": return chargesSql(anomaly);
    case "duplicate_invoices": return `SELECT time, type, invoice_id, city, channel, content_sha256, event_id, _topic, _partition, _offset
FROM invoice_events
WHERE type = 'invoice.received' AND content_sha256 IN (SELECT content_sha256 FROM invoice_events WHERE invoice_id = ${quoted(anomaly.subject ?? "")})
ORDER BY time ${LIMIT}`;
    case "sign_ins": return `SELECT time, type, user_id, city, event_id, _topic, _partition, _offset
FROM session_events
WHERE type IN ('user.login', 'user.login_failed') AND ${during(anomaly)}${ofCity(anomaly)}
ORDER BY time ${LIMIT}`;
    case "drift": return `SELECT i.time, i.invoice_id, l.forwarder, i.fields, i.event_id, i._topic, i._partition, i._offset
FROM invoice_events i JOIN invoice_lives l ON l.invoice_id = i.invoice_id
WHERE i.type = 'invoice.extracted' AND l.forwarder = ${quoted(anomaly.forwarder ?? "")} AND ${during(anomaly, "i.time")}
ORDER BY i.time ${LIMIT}`;
    default: return kpiSql(anomaly);
  }
}

/** A charge's subject is its invoice and line: `inv-1#3`. */
function chargesSql({ subject }: Anomaly): string {
  const invoice = (subject ?? "").replace(/#\d+$/, "");
  return `SELECT time, type, invoice_id, city, charges, event_id, _topic, _partition, _offset
FROM invoice_events
WHERE invoice_id = ${quoted(invoice)} AND type IN ('invoice.received', 'invoice.extracted', 'invoice.completed')
ORDER BY time ${LIMIT}`;
}

/** The events in the span of a KPI's anomaly, of the table that the KPI is about. */
function kpiSql(anomaly: Anomaly): string {
  if (anomaly.series === "api_requests") {
    return `SELECT time, city, service, quantity, status, latency_ms, event_id, _topic, _partition, _offset
FROM usage_events
WHERE ${during(anomaly)}${ofCity(anomaly)} AND meter = 'api.requests'
ORDER BY quantity DESC NULLS LAST ${LIMIT}`;
  }
  if (/^ai_(cost|error|latency|calls)/.test(anomaly.series)) {
    return `SELECT time, meter, service, model, status, cost, currency, invoice_id, event_id, _topic, _partition, _offset
FROM usage_events
WHERE ${during(anomaly)}${ofCity(anomaly)} AND (meter LIKE 'di.%' OR meter LIKE 'llm.%')
ORDER BY cost DESC NULLS LAST ${LIMIT}`;
  }
  if (/^(session|connect|device|ticket|dau|wau|mau)/.test(anomaly.series)) {
    return `SELECT time, type, city, event_id, _topic, _partition, _offset
FROM session_events
WHERE ${during(anomaly)}${ofCity(anomaly)}
ORDER BY time ${LIMIT}`;
  }
  const ofForwarder = anomaly.forwarder === null ? "" : ` AND l.forwarder = ${quoted(anomaly.forwarder)}`;
  const types = anomaly.series === "invoices_received" ? "('invoice.received')" : "('invoice.completed', 'invoice.failed')";
  return `SELECT e.time, e.type, e.invoice_id, e.city, l.forwarder, l.status, l.failure_stage, l.failure_code, l.fields_corrected,
  e.event_id, e._topic, e._partition, e._offset
FROM invoice_events e JOIN invoice_lives l ON l.invoice_id = e.invoice_id
WHERE e.type IN ${types} AND ${during(anomaly, "e.time")}${ofCity(anomaly, "e.city")}${ofForwarder}
ORDER BY e.time ${LIMIT}`;
}

function during({ at, until }: Anomaly, column = "time"): string {
  const end = until === null || until === at ? "" : ` AND ${column} < TIMESTAMPTZ ${quoted(until)}`;
  return `${column} >= TIMESTAMPTZ ${quoted(at)}${end}`;
}

function ofCity({ city }: Anomaly, column = "city"): string {
  return city === null ? "" : ` AND ${column} = ${quoted(city)}`;
}
