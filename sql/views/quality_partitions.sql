-- meaning: Offsets of each partition beside what became of them: every one that was taken in is an event, a dead letter or a skip (a repeat of an event, or an offset that the topic no longer has), and each is one of them only.
-- history: whole
-- column stream: sessions, invoices or usage
-- column topic: the topic, or the file
-- column partition: its partition
-- column first_offset: the first that was taken in; where that was not noted, the first that is an event or a dead letter
-- column next_offset: the next one to be taken in
-- column records: offsets from the first to the next
-- column events: those that are events
-- column dead_letters: those that were refused, with those that wait for their commit
-- column repeats: those that were skipped; where these were not counted from the first on, the rest
-- column unaccounted: records less all of these: above 0 some are lost, below 0 some count twice; null where skips were not counted from the first on
-- column share: repeats over records
-- column status: ok; act where an offset is none of these, or more than one of them, or an event is beyond the next one
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
  SELECT stream, topic, partition, max(visible_offset) AS next_offset, min(first_offset) AS first_offset, max(skipped) AS skipped,
    max(uncommitted_refusals) AS waiting
  FROM ingest_partitions
  WHERE table_name <> 'dead_letters'
  GROUP BY 1, 2, 3
), both AS (
  SELECT n.stream, n.topic, n.partition, next_offset, coalesce(n.first_offset, least(e.low, r.low), next_offset) AS first_offset,
    greatest(e.high, r.high) AS high, skipped, waiting, coalesce(events, 0) AS events,
    coalesce(dead_letters, 0) + waiting AS dead_letters
  FROM ends n
  LEFT JOIN events e ON e.stream = n.stream AND e.topic = n.topic AND e.partition = n.partition
  LEFT JOIN refused r ON r.stream = n.stream AND r.topic = n.topic AND r.partition = n.partition
), balanced AS (
  SELECT stream, topic, partition, first_offset, next_offset, high, waiting, next_offset - first_offset AS records, events,
    dead_letters, coalesce(skipped, next_offset - first_offset - events - dead_letters) AS repeats,
    next_offset - first_offset - events - dead_letters - skipped AS unaccounted
  FROM both
), judged AS (
  -- Dead letters are committed a moment before they stop waiting, and count twice for as long.
  SELECT *, coalesce(unaccounted > 0, FALSE) AS is_lost,
    coalesce(unaccounted + waiting < 0, FALSE) OR repeats + waiting < 0 AS is_twice
  FROM balanced
)
SELECT stream, topic, partition, first_offset, next_offset, records, events, dead_letters, repeats, unaccounted,
  CAST(repeats AS DOUBLE) / nullif(records, 0) AS share,
  CASE WHEN is_lost OR is_twice OR high >= next_offset THEN 'act' ELSE 'ok' END AS status,
  CASE
    WHEN is_lost THEN topic || '/' || CAST(partition AS VARCHAR) || ' has ' || CAST(unaccounted AS VARCHAR)
      || ' offsets that are no event, dead letter or repeat: something was lost'
    WHEN is_twice THEN topic || '/' || CAST(partition AS VARCHAR) || ' has ' || CAST(-least(coalesce(unaccounted, 0), repeats) AS VARCHAR)
      || ' more events, dead letters and repeats than offsets: something counts twice'
    WHEN high >= next_offset THEN topic || '/' || CAST(partition AS VARCHAR) || ' has an event at offset '
      || CAST(high AS VARCHAR) || ', which was not taken in yet'
  END AS reason
FROM judged
