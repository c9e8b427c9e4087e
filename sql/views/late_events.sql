-- meaning: The events behind adjustments: of closed months, by their cities' clocks, or of an invoice that has events in such a month, and arrived after the close. Bounds of time make it quick.
-- column month: the closed month, YYYY-MM
-- column close_id: its pack
-- column table_name: table of the event
-- column event_id: the event
-- column source: who made it
-- column type: what happened
-- column time: when
-- column city: its city; null where it has none
-- column _topic: topic that it came from
-- column _partition: its partition
-- column _offset: its offset
-- column _ingested_at: when it was taken in
SELECT c.month, c.close_id, 'invoice_events' AS table_name, e.event_id, e.source, e.type, e.time, e.city, e._topic, e._partition,
  e._offset, e._ingested_at
FROM invoice_events e
JOIN month_closes c ON c.month = substr(CAST(local_month(e.time, e.city) AS VARCHAR), 1, 7) AND c.status = 'closed'
LEFT JOIN close_watermarks w
  ON w.month = c.month AND w.table_name = 'invoice_events' AND w._topic = e._topic AND w._partition = e._partition
WHERE e._offset >= coalesce(w.next_offset, 0)
UNION ALL
SELECT c.month, c.close_id, 'invoice_events' AS table_name, e.event_id, e.source, e.type, e.time, e.city, e._topic, e._partition,
  e._offset, e._ingested_at
FROM invoice_events e
JOIN (
  SELECT DISTINCT m.month, m.close_id, i.invoice_id
  FROM invoice_events i
  JOIN month_closes m ON m.month = substr(CAST(local_month(i.time, i.city) AS VARCHAR), 1, 7) AND m.status = 'closed'
) c ON c.invoice_id = e.invoice_id AND c.month <> substr(CAST(local_month(e.time, e.city) AS VARCHAR), 1, 7)
LEFT JOIN close_watermarks w
  ON w.month = c.month AND w.table_name = 'invoice_events' AND w._topic = e._topic AND w._partition = e._partition
WHERE e._offset >= coalesce(w.next_offset, 0)
UNION ALL
SELECT c.month, c.close_id, 'session_events' AS table_name, e.event_id, e.source, e.type, e.time, e.city, e._topic, e._partition,
  e._offset, e._ingested_at
FROM session_events e
JOIN month_closes c ON c.month = substr(CAST(local_month(e.time, e.city) AS VARCHAR), 1, 7) AND c.status = 'closed'
LEFT JOIN close_watermarks w
  ON w.month = c.month AND w.table_name = 'session_events' AND w._topic = e._topic AND w._partition = e._partition
WHERE e._offset >= coalesce(w.next_offset, 0)
UNION ALL
SELECT c.month, c.close_id, 'usage_events' AS table_name, e.event_id, e.source, e.type, e.time, e.city, e._topic, e._partition,
  e._offset, e._ingested_at
FROM usage_events e
JOIN month_closes c ON c.month = substr(CAST(local_month(e.time, e.city) AS VARCHAR), 1, 7) AND c.status = 'closed'
LEFT JOIN close_watermarks w
  ON w.month = c.month AND w.table_name = 'usage_events' AND w._topic = e._topic AND w._partition = e._partition
WHERE e._offset >= coalesce(w.next_offset, 0)
