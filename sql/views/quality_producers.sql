-- meaning: The producers of each stream: when each was heard of last, and what it would have sent since as in former weeks. One that is silent for three weeks is no longer expected.
-- history: whole
-- column stream: sessions, invoices or usage
-- column source: the producer
-- column last_at: its newest event of the last 35 days
-- column events: events of the last seven days, up to the last hour that is judged
-- column expected: events that usually come in the full hours since its newest one
-- column status: ok; warn where it is silent for longer than chance explains; act where three times as much is missing
-- column reason: in words; null where it is ok
WITH heard AS (
  SELECT 'sessions' AS stream, source, max(time) AS last_at
  FROM session_events
  WHERE time >= date_trunc('hour', now()) - INTERVAL '35 days'
  GROUP BY source
  UNION ALL
  SELECT 'invoices' AS stream, source, max(time) AS last_at
  FROM invoice_events
  WHERE time >= date_trunc('hour', now()) - INTERVAL '35 days'
  GROUP BY source
  UNION ALL
  SELECT 'usage' AS stream, source, max(time) AS last_at
  FROM usage_events
  WHERE time >= date_trunc('hour', now()) - INTERVAL '35 days'
  GROUP BY source
), missed AS (
  SELECT h.stream, h.source, h.last_at, coalesce(sum(v.events), 0) AS events, coalesce(max(spread), 10.0) AS spread,
    coalesce(sum(CASE WHEN v.at > h.last_at THEN usual END), 0.0) AS expected
  FROM heard h
  LEFT JOIN quality_volumes v ON v.stream = h.stream AND v.source = h.source
  GROUP BY h.stream, h.source, h.last_at
), judged AS (
  SELECT stream, source, last_at, events, expected,
    CASE WHEN expected >= 60 * spread THEN 'act' WHEN expected >= 20 * spread THEN 'warn' ELSE 'ok' END AS status
  FROM missed
)
SELECT stream, source, last_at, events, expected, status,
  CASE WHEN status <> 'ok' THEN source || ' is silent: its newest event is of ' || substr(CAST(last_at AS VARCHAR), 1, 16)
    || ' UTC, and some ' || CAST(CAST(round(expected) AS BIGINT) AS VARCHAR) || ' events would have come since' END AS reason
FROM judged
