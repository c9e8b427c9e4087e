-- meaning: How long events took to arrive, by the clock hour (UTC) in which they did, of the last 35 days. What is loaded from a file, happened before the platform first took in an event of the stream, or is more than a week old was back-filled: it is counted and not judged.
-- history: whole
-- column stream: sessions, invoices or usage
-- column at: start of the hour in which they arrived
-- column events: events that arrived, repeats once
-- column backfilled: those of them that are history
-- column on_time: those of the others that arrived within 15 minutes of their time
-- column share: on_time over those that were not back-filled; null where all were
-- column p95_ms: nineteen of twenty of those arrived no later after their time, milliseconds
-- column status: ok; warn where at least 20 were awaited and fewer than 95 % were on time; act where fewer than 80 % were
-- column reason: in words; null where it is ok
WITH told AS (
  SELECT stream, date_trunc('hour', arrived_at) AS at, delay_ms, is_awaited
  FROM event_arrivals
  WHERE arrived_at >= date_trunc('day', now()) - INTERVAL '35 days'
), hours AS (
  SELECT stream, at, count(*) AS events, count(*) FILTER (WHERE NOT is_awaited) AS backfilled,
    count(*) FILTER (WHERE is_awaited AND delay_ms <= 900000) AS on_time,
    percentile(CASE WHEN is_awaited THEN greatest(delay_ms, 0) END, 0.95) AS p95_ms
  FROM told
  GROUP BY stream, at
), judged AS (
  SELECT stream, at, events, backfilled, on_time, p95_ms,
    CASE WHEN events > backfilled THEN CAST(on_time AS DOUBLE) / (events - backfilled) END AS share
  FROM hours
), stated AS (
  SELECT stream, at, events, backfilled, on_time, share, p95_ms,
    CASE WHEN events - backfilled < 20 OR share >= 0.95 THEN 'ok' WHEN share < 0.8 THEN 'act' ELSE 'warn' END AS status
  FROM judged
)
SELECT stream, at, events, backfilled, on_time, share, p95_ms, status,
  CASE WHEN status <> 'ok' THEN CAST(events - backfilled - on_time AS VARCHAR) || ' of ' || CAST(events - backfilled AS VARCHAR)
    || ' events of ' || stream || ' came more than 15 minutes after they happened; one in twenty took longer than '
    || CAST(CAST(round(CAST(p95_ms AS DOUBLE) / 60000) AS BIGINT) AS VARCHAR) || ' minutes' END AS reason
FROM stated
