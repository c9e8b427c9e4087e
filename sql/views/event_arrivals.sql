-- meaning: Each event and how long it took to arrive. What is loaded from a file, happened before the platform first took in an event of the stream, or is more than a week old is history: nobody awaited it.
-- column stream: sessions, invoices or usage
-- column city: its city; null where it is shared
-- column time: when it happened
-- column arrived_at: when it was taken in
-- column delay_ms: milliseconds between the two; less than nothing where a producer's clock is fast
-- column is_awaited: whether it is no history
WITH arrived AS (
  SELECT 'sessions' AS stream, city, time, _topic, _ingested_at, (SELECT min(_ingested_at) FROM session_events) AS since
  FROM session_events
  UNION ALL
  SELECT 'invoices' AS stream, city, time, _topic, _ingested_at, (SELECT min(_ingested_at) FROM invoice_events) AS since
  FROM invoice_events
  UNION ALL
  SELECT 'usage' AS stream, city, time, _topic, _ingested_at, (SELECT min(_ingested_at) FROM usage_events) AS since
  FROM usage_events
)
SELECT stream, city, time, _ingested_at AS arrived_at, micros_between(time, _ingested_at) / 1000 AS delay_ms,
  time >= since AND time >= _ingested_at - INTERVAL '7 days' AND _topic NOT LIKE 'file:%' AS is_awaited
FROM arrived
