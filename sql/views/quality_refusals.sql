-- meaning: Records that were refused, by reason and by the day (UTC) of the event where the record tells it, else of its arrival, of the last 35 days: which member of which type is not as it must be, and since when.
-- history: whole
-- column stream: sessions, invoices or usage
-- column stage: where they were refused: envelope, decode or validate
-- column reason_code: the stable code, such as type:quantity
-- column member: the member that the code names; null where it names none
-- column type: event type, where the record tells it and its time
-- column day: the day (UTC)
-- column records: records refused
-- column of_records: events and refused records of that type on that day; where no type is told, those of the stream that arrived on it
-- column share: records over of_records
-- column worst: the greatest such share of an hour with at least five
-- column since: the first of them in an hour of which they are at least 5 %; null where there is none
-- column first_at: the first such record of these 35 days
-- column last_at: the last of this day
-- column status: ok; warn from five records that are 5 % of some hour; act from ten that are 25 %
-- column reason: in words; null where it is ok
WITH letters AS (
  SELECT stream, stage, reason, _ingested_at AS arrived_at,
    -- A code that names a member is of a record that is JSON, and therefore text.
    CASE WHEN reason LIKE '%:%' THEN regexp_match(CAST(payload AS VARCHAR), '"type" *: *"([^"]*)"')[1] END AS type,
    CASE WHEN reason LIKE '%:%' THEN TRY_CAST(regexp_match(CAST(payload AS VARCHAR), '"time" *: *"([^"]*)"')[1]
      AS TIMESTAMP WITH TIME ZONE) END AS time
  FROM dead_letters
  WHERE _ingested_at >= date_trunc('day', now()) - INTERVAL '35 days'
), placed AS (
  SELECT stream, stage, reason, date_trunc('hour', coalesce(time, arrived_at)) AS hour, coalesce(time, arrived_at) AS at,
    -- Without its time it is one among those that arrived with it.
    CASE WHEN time IS NOT NULL THEN type END AS type
  FROM letters
  WHERE coalesce(time, arrived_at) >= date_trunc('day', now()) - INTERVAL '35 days'
), refused AS (
  SELECT stream, stage, reason, type, hour, count(*) AS records, min(at) AS first_at, max(at) AS last_at
  FROM placed
  GROUP BY 1, 2, 3, 4, 5
), accepted AS (
  SELECT 'sessions' AS stream, type, date_trunc('hour', time) AS hour, count(*) AS events
  FROM session_events
  WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
  GROUP BY 2, 3
  UNION ALL
  SELECT 'sessions' AS stream, CAST(NULL AS VARCHAR) AS type, date_trunc('hour', _ingested_at) AS hour, count(*) AS events
  FROM session_events
  WHERE _ingested_at >= date_trunc('day', now()) - INTERVAL '35 days'
  GROUP BY 3
  UNION ALL
  SELECT 'invoices' AS stream, type, date_trunc('hour', time) AS hour, count(*) AS events
  FROM invoice_events
  WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
  GROUP BY 2, 3
  UNION ALL
  SELECT 'invoices' AS stream, CAST(NULL AS VARCHAR) AS type, date_trunc('hour', _ingested_at) AS hour, count(*) AS events
  FROM invoice_events
  WHERE _ingested_at >= date_trunc('day', now()) - INTERVAL '35 days'
  GROUP BY 3
  UNION ALL
  SELECT 'usage' AS stream, type, date_trunc('hour', time) AS hour, count(*) AS events
  FROM usage_events
  WHERE time >= date_trunc('day', now()) - INTERVAL '35 days'
  GROUP BY 2, 3
  UNION ALL
  SELECT 'usage' AS stream, CAST(NULL AS VARCHAR) AS type, date_trunc('hour', _ingested_at) AS hour, count(*) AS events
  FROM usage_events
  WHERE _ingested_at >= date_trunc('day', now()) - INTERVAL '35 days'
  GROUP BY 3
), refused_of_type AS (
  SELECT stream, type, hour, sum(records) AS records FROM refused GROUP BY 1, 2, 3
), of_hours AS (
  SELECT coalesce(a.stream, r.stream) AS stream, coalesce(a.type, r.type, '') AS type, coalesce(a.hour, r.hour) AS hour,
    coalesce(events, 0) + coalesce(records, 0) AS of_records
  FROM accepted a
  FULL JOIN refused_of_type r ON r.stream = a.stream AND coalesce(r.type, '') = coalesce(a.type, '') AND r.hour = a.hour
), of_days AS (
  SELECT stream, type, CAST(hour AS DATE) AS day, sum(of_records) AS of_records FROM of_hours GROUP BY 1, 2, 3
), days AS (
  SELECT r.stream, stage, reason, r.type, CAST(r.hour AS DATE) AS day, sum(records) AS records,
    max(CASE WHEN records >= 5 THEN CAST(records AS DOUBLE) / of_records END) AS worst,
    min(CASE WHEN records >= 5 AND CAST(records AS DOUBLE) / of_records >= 0.05 THEN first_at END) AS since,
    min(first_at) AS first_on_day, max(last_at) AS last_at
  FROM refused r
  JOIN of_hours h ON h.stream = r.stream AND h.type = coalesce(r.type, '') AND h.hour = r.hour
  GROUP BY 1, 2, 3, 4, 5
), judged AS (
  SELECT d.stream, stage, reason AS reason_code, CASE WHEN reason LIKE '%:%' THEN split_part(reason, ':', 2) END AS member,
    d.type, d.day, records, of_records, CAST(records AS DOUBLE) / of_records AS share, worst, since,
    min(first_on_day) OVER (PARTITION BY d.stream, stage, reason, d.type) AS first_at, last_at,
    CASE WHEN records >= 10 AND worst >= 0.25 THEN 'act' WHEN worst >= 0.05 THEN 'warn' ELSE 'ok' END AS status
  FROM days d
  JOIN of_days o ON o.stream = d.stream AND o.type = coalesce(d.type, '') AND o.day = d.day
)
SELECT stream, stage, reason_code, member, type, day, records, of_records, share, worst, since, first_at, last_at, status,
  CASE WHEN status <> 'ok' THEN CAST(records AS VARCHAR) || ' records of ' || coalesce(type, 'the stream ' || stream)
    || ' were refused: ' || CASE
      WHEN reason_code LIKE 'type:%' THEN member || ' has another type than the contract says'
      WHEN reason_code LIKE 'missing:%' THEN member || ' is missing'
      WHEN reason_code LIKE 'range:%' THEN member || ' is out of its range'
      ELSE reason_code END
    || ', from ' || substr(CAST(since AS VARCHAR), 1, 16) || ' UTC on' END AS reason
FROM judged
