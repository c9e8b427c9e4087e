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
WITH closed AS (
  SELECT month, close_id FROM month_closes WHERE status = 'closed'
), invoices AS (
  SELECT substr(CAST(local_month(time, city) AS VARCHAR), 1, 7) AS month, 'invoice_events' AS table_name, event_id, source,
    type, time, city, _topic, _partition, _offset, _ingested_at, invoice_id
  FROM invoice_events
), counted AS (
  SELECT month, table_name, event_id, source, type, time, city, _topic, _partition, _offset, _ingested_at FROM invoices
  UNION ALL
  -- What happens to an invoice in one month may change what it is in another.
  SELECT lived.month, table_name, event_id, source, type, time, city, _topic, _partition, _offset, _ingested_at
  FROM invoices e
  JOIN (SELECT DISTINCT i.month, invoice_id FROM invoices i JOIN closed c ON c.month = i.month) lived
    ON lived.invoice_id = e.invoice_id AND lived.month <> e.month
  UNION ALL
  SELECT substr(CAST(local_month(time, city) AS VARCHAR), 1, 7) AS month, 'session_events' AS table_name, event_id, source,
    type, time, city, _topic, _partition, _offset, _ingested_at
  FROM session_events
  UNION ALL
  SELECT substr(CAST(local_month(time, city) AS VARCHAR), 1, 7) AS month, 'usage_events' AS table_name, event_id, source,
    type, time, city, _topic, _partition, _offset, _ingested_at
  FROM usage_events
)
SELECT e.month, c.close_id, e.table_name, event_id, source, type, time, city, e._topic, e._partition, _offset, _ingested_at
FROM counted e
JOIN closed c ON c.month = e.month
LEFT JOIN close_watermarks w
  ON w.month = e.month AND w.table_name = e.table_name AND w._topic = e._topic AND w._partition = e._partition
WHERE e._offset >= coalesce(w.next_offset, 0)
