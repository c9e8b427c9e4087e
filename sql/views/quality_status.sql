-- meaning: How well the data of each stream is, aspect by aspect: what was found of the last day, and the worst of it in words.
-- history: whole
-- column stream: sessions, invoices or usage
-- column aspect: completeness, validity, timeliness, uniqueness, drift or reconciliation
-- column share: completeness: events of those expected that came in the hours of the last day; validity: records that were not refused, of all; timeliness: events on time, and uniqueness: records that are no repeats, of those that arrived in the last day; null elsewhere and where nothing is known
-- column findings: what was found, warn and act
-- column status: the worst of them; ok where nothing was found
-- column reason: the worst of them in words; null where nothing was found
WITH found AS (
  SELECT stream, 'completeness' AS aspect, at, status, reason,
    CASE WHEN source IS NULL THEN CASE status WHEN 'ok' THEN least(events, expected) ELSE CAST(events AS DOUBLE) END END AS good,
    CASE WHEN source IS NULL THEN CASE status WHEN 'ok' THEN expected ELSE usual END END AS total
  FROM quality_volumes
  UNION ALL
  SELECT stream, 'completeness' AS aspect, now() AS at, status, reason, CAST(NULL AS DOUBLE) AS good, CAST(NULL AS DOUBLE) AS total
  FROM quality_producers
  UNION ALL
  SELECT stream, 'completeness' AS aspect, CAST(day + INTERVAL '1 day' AS TIMESTAMP WITH TIME ZONE) AS at, status, reason,
    CAST(NULL AS DOUBLE) AS good, CAST(NULL AS DOUBLE) AS total
  FROM quality_members
  UNION ALL
  SELECT stream, 'validity' AS aspect, last_at AS at, status, reason, CAST(NULL AS DOUBLE) AS good, CAST(NULL AS DOUBLE) AS total
  FROM quality_values
  UNION ALL
  SELECT stream, CASE WHEN reason_code LIKE 'type:%' THEN 'drift' ELSE 'validity' END AS aspect, last_at AS at, status, reason,
    CAST(NULL AS DOUBLE) AS good, CAST(NULL AS DOUBLE) AS total
  FROM quality_refusals
  UNION ALL
  SELECT stream, 'timeliness' AS aspect, at, status, reason, CAST(on_time AS DOUBLE) AS good,
    CAST(events - backfilled AS DOUBLE) AS total
  FROM quality_delays
  UNION ALL
  SELECT stream, 'uniqueness' AS aspect, at, status, reason, CAST(records - repeats AS DOUBLE) AS good,
    CAST(records AS DOUBLE) AS total
  FROM quality_repeats
  UNION ALL
  SELECT stream, 'drift' AS aspect, first_at AS at, status, reason, CAST(NULL AS DOUBLE) AS good, CAST(NULL AS DOUBLE) AS total
  FROM quality_extras
  UNION ALL
  SELECT stream, aspect, now() AS at, CASE aspect WHEN 'reconciliation' THEN status ELSE 'ok' END AS status,
    CASE aspect WHEN 'reconciliation' THEN reason END AS reason,
    CASE aspect WHEN 'validity' THEN CAST(records - dead_letters AS DOUBLE) END AS good,
    CASE aspect WHEN 'validity' THEN CAST(records AS DOUBLE) END AS total
  FROM quality_partitions
  CROSS JOIN (SELECT unnest(ARRAY['reconciliation', 'validity']) AS aspect)
), aspects AS (
  SELECT stream, aspect, sum(good) / nullif(sum(total), 0.0) AS share, count(*) FILTER (WHERE status <> 'ok') AS findings,
    -- They stand in the order of the alphabet: act, ok, warn.
    CASE WHEN min(status) = 'act' THEN 'act' WHEN max(status) = 'warn' THEN 'warn' ELSE 'ok' END AS status,
    first_value(reason ORDER BY CASE status WHEN 'act' THEN 1 WHEN 'warn' THEN 2 ELSE 3 END, at DESC, reason) AS reason
  FROM found
  WHERE at >= now() - INTERVAL '1 day'
  GROUP BY stream, aspect
)
SELECT a.stream, a.aspect, share, coalesce(findings, 0) AS findings, coalesce(status, 'ok') AS status, reason
FROM (
  SELECT unnest(ARRAY['sessions', 'invoices', 'usage']) AS stream, aspect
  FROM (
    SELECT unnest(ARRAY['completeness', 'validity', 'timeliness', 'uniqueness', 'drift', 'reconciliation']) AS aspect
  )
) a
LEFT JOIN aspects f ON f.stream = a.stream AND f.aspect = a.aspect
