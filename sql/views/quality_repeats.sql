-- meaning: Records that repeat an event, by the clock hour (UTC) in which they arrived, of the last 35 days: offsets of a partition that are neither an event nor a dead letter. Each event counts once, however often it comes.
-- history: whole
-- column stream: sessions, invoices or usage
-- column topic: the topic, or the file
-- column partition: its partition
-- column at: start of the hour in which they arrived
-- column records: records that arrived
-- column repeats: those of them that repeat an event (or that the topic no longer has)
-- column share: repeats over records
-- column worst: the greatest such share of a thousand consecutive offsets
-- column first_offset: the first thousand of which at least 30 % are repeats; null where there is none
-- column status: ok; warn from 200 repeats that are 30 % of some thousand; act from 2,000 that are half of some thousand
-- column reason: in words; null where it is ok
WITH taken AS (
  SELECT 'sessions' AS stream, _topic AS topic, _partition AS partition, _offset AS position, _ingested_at AS at
  FROM session_events
  WHERE _ingested_at >= date_trunc('day', now()) - INTERVAL '35 days'
  UNION ALL
  SELECT 'invoices' AS stream, _topic AS topic, _partition AS partition, _offset AS position, _ingested_at AS at
  FROM invoice_events
  WHERE _ingested_at >= date_trunc('day', now()) - INTERVAL '35 days'
  UNION ALL
  SELECT 'usage' AS stream, _topic AS topic, _partition AS partition, _offset AS position, _ingested_at AS at
  FROM usage_events
  WHERE _ingested_at >= date_trunc('day', now()) - INTERVAL '35 days'
  UNION ALL
  SELECT stream, topic, partition, "offset" AS position, _ingested_at AS at
  FROM dead_letters
  WHERE _ingested_at >= date_trunc('day', now()) - INTERVAL '35 days'
), blocks AS (
  SELECT stream, topic, partition, position / 1000 AS block, count(*) AS kept, min(position) AS low, min(at) AS at
  FROM taken
  GROUP BY 1, 2, 3, 4
), ends AS (
  SELECT stream, topic, partition, max(visible_offset) AS until
  FROM ingest_partitions
  WHERE table_name <> 'dead_letters'
  GROUP BY 1, 2, 3
), lined AS (
  SELECT b.stream, b.topic, b.partition, block, kept, at, until,
    -- The first thousand may have begun before these days.
    CASE WHEN lag(block) OVER of_partition IS NULL THEN low ELSE block * 1000 END AS start,
    lead(block) OVER of_partition AS next
  FROM blocks b
  JOIN ends e ON e.stream = b.stream AND e.topic = b.topic AND e.partition = b.partition
  WINDOW of_partition AS (PARTITION BY b.stream, b.topic, b.partition ORDER BY block)
), counted AS (
  -- Thousands of which nothing was kept came after the one before them.
  SELECT stream, topic, partition, date_trunc('hour', at) AS at, start, coalesce(next * 1000, until) - start AS records,
    coalesce(next * 1000, until) - start - kept AS repeats, least((block + 1) * 1000, until) - start - kept AS repeats_here,
    block, coalesce(next * 1000, until) > (block + 1) * 1000 AS has_empty
  FROM lined
), shares AS (
  SELECT stream, topic, partition, at, start, block, records, repeats, has_empty,
    CASE WHEN records >= 200 THEN CAST(repeats_here AS DOUBLE) / least(records, 1000) ELSE 0.0 END AS share_here
  FROM counted
), hours AS (
  SELECT stream, topic, partition, at, sum(records) AS records, sum(repeats) AS repeats,
    max(CASE WHEN has_empty THEN 1.0 ELSE share_here END) AS worst,
    min(CASE WHEN share_here >= 0.3 THEN start WHEN has_empty THEN (block + 1) * 1000 END) AS first_offset
  FROM shares
  GROUP BY 1, 2, 3, 4
), judged AS (
  SELECT stream, topic, partition, at, records, repeats, CAST(repeats AS DOUBLE) / nullif(records, 0) AS share, worst, first_offset,
    CASE WHEN repeats >= 2000 AND worst >= 0.5 THEN 'act' WHEN repeats >= 200 AND worst >= 0.3 THEN 'warn' ELSE 'ok' END AS status
  FROM hours
)
SELECT stream, topic, partition, at, records, repeats, share, worst, first_offset, status,
  CASE WHEN status <> 'ok' THEN CAST(repeats AS VARCHAR) || ' of ' || CAST(records AS VARCHAR) || ' records of ' || topic || '/'
    || CAST(partition AS VARCHAR) || ' repeat events, most of them from offset ' || CAST(first_offset AS VARCHAR)
    || ' on: a producer sends again what it has sent' END AS reason
FROM judged
