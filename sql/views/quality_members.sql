-- meaning: Members that producers may leave out although figures rest on them: how many events fill them, by the day (UTC) on which they happened, of the last 35 days, beside the days before. A kind of event that never fills a member has no row for it.
-- history: whole
-- column stream: sessions, invoices or usage
-- column kind: event type; of usage the meter
-- column member: the member
-- column day: the day (UTC)
-- column events: events of that kind
-- column filled: those of them that have the member
-- column share: filled over events
-- column usual: the same share of the days before, of these 35; null where they have fewer than 20 events
-- column status: ok; warn where three tenths less is filled than usual, in at least ten events; act where less than half as much is
-- column reason: in words; null where it is ok
WITH counted AS (
  SELECT 'sessions' AS stream, kind, day, events,
    unnest(ARRAY['agent_version', 'assigned_to', 'bytes_down', 'bytes_up', 'ended_by', 'engineer', 'method', 'os',
      'role', 'title']) AS member,
    unnest(ARRAY[agent_version, assigned_to, bytes_down, bytes_up, ended_by, engineer, method, os, role, title])
      AS filled
  FROM (
    SELECT type AS kind, CAST(time AS DATE) AS day, count(*) AS events,
      count(agent_version) AS agent_version, count(assigned_to) AS assigned_to, count(bytes_down) AS bytes_down,
      count(bytes_up) AS bytes_up, count(ended_by) AS ended_by, count(engineer) AS engineer, count(method) AS method,
      count(os) AS os, count(role) AS role, count(title) AS title
    FROM session_events
    WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
    GROUP BY 1, 2
  )
  UNION ALL
  SELECT 'invoices' AS stream, kind, day, events,
    unnest(ARRAY['amount', 'bytes', 'charges', 'confidence', 'currency', 'duration_ms', 'learn', 'model',
      'multimodal', 'pages', 'review', 'supported', 'target']) AS member,
    unnest(ARRAY[amount, bytes, charges, confidence, currency, duration_ms, learn, model, multimodal, pages,
      review, supported, target]) AS filled
  FROM (
    SELECT type AS kind, CAST(time AS DATE) AS day, count(*) AS events,
      count(amount) AS amount, count(bytes) AS bytes, count(charges) AS charges, count(confidence) AS confidence,
      count(currency) AS currency, count(duration_ms) AS duration_ms, count(learn) AS learn, count(model) AS model,
      count(multimodal) AS multimodal, count(pages) AS pages, count(review) AS review, count(supported) AS supported,
      count(target) AS target
    FROM invoice_events
    WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
    GROUP BY 1, 2
  )
  UNION ALL
  SELECT 'usage' AS stream, kind, day, events,
    unnest(ARRAY['cost', 'currency', 'latency_ms', 'model', 'service', 'status', 'unit']) AS member,
    unnest(ARRAY[cost, currency, latency_ms, model, service, status, unit]) AS filled
  FROM (
    SELECT meter AS kind, CAST(time AS DATE) AS day, count(*) AS events,
      count(cost) AS cost, count(currency) AS currency, count(latency_ms) AS latency_ms, count(model) AS model,
      count(service) AS service, count(status) AS status, count(unit) AS unit
    FROM usage_events
    WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
    GROUP BY 1, 2
  )
), before AS (
  SELECT stream, kind, member, day, events, filled, sum(filled) OVER (PARTITION BY stream, kind, member) AS filled_ever,
    sum(filled) OVER earlier AS filled_before, sum(events) OVER earlier AS events_before
  FROM counted
  WINDOW earlier AS (PARTITION BY stream, kind, member ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), compared AS (
  SELECT stream, kind, member, day, events, filled, CAST(filled AS DOUBLE) / events AS share,
    CASE WHEN events_before >= 20 THEN CAST(filled_before AS DOUBLE) / events_before END AS usual
  FROM before
  WHERE filled_ever > 0
), judged AS (
  SELECT stream, kind, member, day, events, filled, share, usual,
    CASE
      WHEN usual IS NULL OR share >= 0.7 * usual OR events * (usual - share) < 10 THEN 'ok'
      WHEN share < 0.5 * usual THEN 'act'
      ELSE 'warn'
    END AS status
  FROM compared
)
SELECT stream, kind, member, day, events, filled, share, usual, status,
  CASE WHEN status <> 'ok' THEN kind || ' fills ' || member || ' in ' || CAST(filled AS VARCHAR) || ' of '
    || CAST(events AS VARCHAR) || ' events; usual are ' || CAST(CAST(round(100 * usual) AS BIGINT) AS VARCHAR) || ' %'
  END AS reason
FROM judged
