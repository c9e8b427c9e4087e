-- meaning: Members that the contract does not name, by type, of the events of the last 35 days: they are kept as text in _extra. A new one says that a producer has changed.
-- history: whole
-- column stream: sessions, invoices or usage
-- column type: event type
-- column member: its name; of an object in it, the members of that too
-- column events: events that have it
-- column first_at: the first of them
-- column last_at: the last of them
-- column status: ok; warn where it first came in the last seven days, ten times or more, to a stream that is older than that
-- column reason: in words; null where it is ok
WITH pieces AS (
  SELECT 'sessions' AS stream, type, time, unnest(string_to_array(substr(_extra, 2), ',"')) AS piece
  FROM session_events
  WHERE _extra IS NOT NULL AND time >= date_trunc('day', now()) - INTERVAL '35 days'
  UNION ALL
  SELECT 'invoices' AS stream, type, time, unnest(string_to_array(substr(_extra, 2), ',"')) AS piece
  FROM invoice_events
  WHERE _extra IS NOT NULL AND time >= date_trunc('day', now()) - INTERVAL '35 days'
  UNION ALL
  SELECT 'usage' AS stream, type, time, unnest(string_to_array(substr(_extra, 2), ',"')) AS piece
  FROM usage_events
  WHERE _extra IS NOT NULL AND time >= date_trunc('day', now()) - INTERVAL '35 days'
), members AS (
  SELECT stream, type, regexp_replace(piece, '^"?([A-Za-z_][A-Za-z0-9_.-]*)":.*$', '\1') AS member, count(*) AS events,
    min(time) AS first_at, max(time) AS last_at
  FROM pieces
  WHERE piece ~ '^"?[A-Za-z_][A-Za-z0-9_.-]*":'
  GROUP BY 1, 2, 3
), starts AS (
  SELECT 'sessions' AS stream, min(time) AS since FROM session_events WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
  UNION ALL
  SELECT 'invoices' AS stream, min(time) AS since FROM invoice_events WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
  UNION ALL
  SELECT 'usage' AS stream, min(time) AS since FROM usage_events WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
), judged AS (
  SELECT m.stream, type, member, events, first_at, last_at,
    CASE WHEN events >= 10 AND first_at >= now() - INTERVAL '7 days' AND since < now() - INTERVAL '14 days' THEN 'warn'
      ELSE 'ok' END AS status
  FROM members m
  JOIN starts s ON s.stream = m.stream
)
SELECT stream, type, member, events, first_at, last_at, status,
  CASE WHEN status <> 'ok' THEN type || ' has a member that nobody knows, ' || member || ': in ' || CAST(events AS VARCHAR)
    || ' events since ' || substr(CAST(first_at AS VARCHAR), 1, 16) || ' UTC' END AS reason
FROM judged
