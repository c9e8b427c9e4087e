-- meaning: Values that neither the contract nor the group knows, of the events of the last 35 days: who sends them, and since when.
-- history: whole
-- column stream: sessions, invoices or usage
-- column type: event type
-- column member: the member
-- column value: its value
-- column source: the producer
-- column events: events that have it
-- column first_at: the first of them
-- column last_at: the last of them
-- column status: ok; warn where at least ten events of one day have it
-- column reason: in words; null where it is ok
WITH days AS (
  SELECT stream, type, fault, source, count(*) AS events, min(time) AS first_at, max(time) AS last_at
  FROM event_checks
  WHERE time >= date_trunc('day', now()) - INTERVAL '35 days' AND fault IS NOT NULL
  GROUP BY stream, type, fault, source, CAST(time AS DATE)
), judged AS (
  SELECT stream, type, split_part(fault, '=', 1) AS member, substr(fault, strpos(fault, '=') + 1) AS value, source,
    sum(events) AS events, min(first_at) AS first_at, max(last_at) AS last_at,
    CASE WHEN max(events) >= 10 THEN 'warn' ELSE 'ok' END AS status
  FROM days
  GROUP BY stream, type, fault, source
)
SELECT stream, type, member, value, source, events, first_at, last_at, status,
  CASE WHEN status <> 'ok' THEN source || ' sends ' || type || ' with the ' || member || ' "' || value
    || '", which nobody knows: in ' || CAST(events AS VARCHAR) || ' events since '
    || substr(CAST(first_at AS VARCHAR), 1, 16) || ' UTC' END AS reason
FROM judged
