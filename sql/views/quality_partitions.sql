-- meaning: Offsets of each partition beside what became of them: every one that was taken in is an event, a dead letter or a repeat, and each is one of them only.
-- history: whole
-- column stream: sessions, invoices or usage
-- column topic: the topic, or the file
-- column partition: its partition
-- column first_offset: the first that is an event or a dead letter
-- column next_offset: the next one to be taken in
-- column records: offsets from the first to the next
-- column events: those that are events
-- column dead_letters: those that were refused
-- column repeats: the rest: repeats of events, or offsets that the topic no longer has
-- column share: repeats over records
-- column status: ok; act where there are more events and dead letters than offsets, or an event beyond the next one
-- column reason: in words; null where it is ok
WITH events AS (
  SELECT 'sessions' AS stream, _topic AS topic, _partition AS partition, count(*) AS events, min(_offset) AS low, max(_offset) AS high
  FROM session_events
  GROUP BY 2, 3
  UNION ALL
  SELECT 'invoices' AS stream, _topic AS topic, _partition AS partition, count(*) AS events, min(_offset) AS low, max(_offset) AS high
  FROM invoice_events
  GROUP BY 2, 3
  UNION ALL
  SELECT 'usage' AS stream, _topic AS topic, _partition AS partition, count(*) AS events, min(_offset) AS low, max(_offset) AS high
  FROM usage_events
  GROUP BY 2, 3
), refused AS (
  SELECT stream, topic, partition, count(*) AS dead_letters, min("offset") AS low, max("offset") AS high
  FROM dead_letters
  GROUP BY 1, 2, 3
), ends AS (
  SELECT stream, topic, partition, max(visible_offset) AS next_offset
  FROM ingest_partitions
  WHERE table_name <> 'dead_letters'
  GROUP BY 1, 2, 3
), both AS (
  SELECT n.stream, n.topic, n.partition, next_offset, coalesce(least(e.low, r.low), next_offset) AS first_offset,
    greatest(e.high, r.high) AS high, coalesce(events, 0) AS events, coalesce(dead_letters, 0) AS dead_letters
  FROM ends n
  LEFT JOIN events e ON e.stream = n.stream AND e.topic = n.topic AND e.partition = n.partition
  LEFT JOIN refused r ON r.stream = n.stream AND r.topic = n.topic AND r.partition = n.partition
), balanced AS (
  SELECT stream, topic, partition, first_offset, next_offset, high, next_offset - first_offset AS records, events, dead_letters,
    next_offset - first_offset - events - dead_letters AS repeats
  FROM both
)
SELECT stream, topic, partition, first_offset, next_offset, records, events, dead_letters, repeats,
  CAST(repeats AS DOUBLE) / nullif(records, 0) AS share,
  CASE WHEN repeats < 0 OR high >= next_offset THEN 'act' ELSE 'ok' END AS status,
  CASE
    WHEN repeats < 0 THEN topic || '/' || CAST(partition AS VARCHAR) || ' has ' || CAST(-repeats AS VARCHAR)
      || ' more events and dead letters than offsets: something counts twice'
    WHEN high >= next_offset THEN topic || '/' || CAST(partition AS VARCHAR) || ' has an event at offset '
      || CAST(high AS VARCHAR) || ', which was not taken in yet'
  END AS reason
FROM balanced
