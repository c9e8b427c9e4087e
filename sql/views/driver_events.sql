-- meaning: The events that cities' shares of a month's costs are measured by, each with its part of the quantity: what cost_allocation shows as driver_quantity is their sum, by currency at the month's rates, times the city's weight. Ask for a month.
-- column month: the local month, YYYY-MM
-- column driver: invoices, direct_cost, storage or active_users
-- column city: the city; null where the event has none
-- column subject: the invoice, the user, or what was metered
-- column quantity: the event's part, in the unit
-- column unit: invoice, a currency, byte or user
-- column table_name: the table that the event is in
-- column event_id: the event
-- column source: who sent it
-- column type: its type
-- column time: when it happened
-- column _topic: Kafka's topic
-- column _partition: Kafka's partition
-- column _offset: Kafka's offset
-- history: whole
SELECT month, 'invoices' AS driver, city, invoice_id AS subject, CAST(1 AS DECIMAL(38, 9)) AS quantity, 'invoice' AS unit,
  'invoice_events' AS table_name, event_id, source, type, time, _topic, _partition, _offset
FROM (
  SELECT substr(CAST(local_month(s.settled_at, s.city) AS VARCHAR), 1, 7) AS month, s.city, s.invoice_id, e.event_id,
    e.source, e.type, e.time, e._topic, e._partition, e._offset,
    row_number() OVER (PARTITION BY s.invoice_id ORDER BY e.event_id, e.source) AS place
  FROM settled_invoices s
  JOIN invoice_events e ON e.invoice_id = s.invoice_id AND e.time = s.settled_at
    AND e.type = CASE WHEN s.completed THEN 'invoice.completed' ELSE 'invoice.failed' END
)
WHERE place = 1
UNION ALL
SELECT substr(CAST(local_month(time, city) AS VARCHAR), 1, 7) AS month, 'direct_cost' AS driver, city, meter AS subject,
  CAST(cost AS DECIMAL(38, 9)) AS quantity, currency AS unit, 'usage_events' AS table_name, event_id, source, type, time,
  _topic, _partition, _offset
FROM usage_events
WHERE cost <> 0
UNION ALL
SELECT month, 'storage' AS driver, city, meter AS subject, CAST(quantity AS DECIMAL(38, 9)) AS quantity, 'byte' AS unit,
  'usage_events' AS table_name, event_id, source, type, time, _topic, _partition, _offset
FROM (
  SELECT substr(CAST(local_month(time, city) AS VARCHAR), 1, 7) AS month, city, meter, quantity, event_id, source, type,
    time, _topic, _partition, _offset,
    row_number() OVER (PARTITION BY city, local_day(time, city) ORDER BY time DESC, event_id DESC, quantity DESC, source)
      AS place
  FROM usage_events
  WHERE meter = 'storage.bytes'
)
WHERE place = 1
UNION ALL
SELECT month, 'active_users' AS driver, city, user_id AS subject, CAST(1 AS DECIMAL(38, 9)) AS quantity, 'user' AS unit,
  table_name, event_id, source, type, time, _topic, _partition, _offset
FROM (
  SELECT *, row_number() OVER (PARTITION BY month, city, user_id ORDER BY time, event_id, source) AS place
  FROM (
    SELECT substr(CAST(local_month(time, city) AS VARCHAR), 1, 7) AS month, city, user_id, 'session_events' AS table_name,
      event_id, source, type, time, _topic, _partition, _offset
    FROM session_events
    WHERE type LIKE 'user.%' AND user_id IS NOT NULL
    UNION ALL
    SELECT substr(CAST(local_month(time, city) AS VARCHAR), 1, 7) AS month, city, user_id, 'invoice_events' AS table_name,
      event_id, source, type, time, _topic, _partition, _offset
    FROM invoice_events
    WHERE type IN ('invoice.reviewed', 'invoice.field_corrected') AND user_id IS NOT NULL
  )
)
WHERE place = 1
