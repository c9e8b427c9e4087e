-- meaning: What each mapping rule read on the invoices that have settled, and whether people let it stand: one row a field of an invoice, as the last extraction read it.
-- column invoice_id: the invoice
-- column city: its city
-- column forwarder: its forwarder
-- column field: the field
-- column rule_id: mapping rule that read it
-- column rule_version: version of that rule
-- column layer: universal, forwarder or learned
-- column value: what was read; null where nothing
-- column confidence: how sure the extraction was, 0 to 1
-- column extracted_at: when it was read
-- column settled_at: when the invoice settled; a reading is judged from then on
-- column corrected_at: when somebody first corrected the field; null where nobody did
-- column correct: whether nobody corrected the field
SELECT f.invoice_id, f.city, f.forwarder, get_field(f.field, 'name') AS field, get_field(f.field, 'rule_id') AS rule_id,
  get_field(f.field, 'rule_version') AS rule_version, get_field(f.field, 'rule_layer') AS layer,
  get_field(f.field, 'value') AS value, get_field(f.field, 'confidence') AS confidence, f.extracted_at, f.settled_at,
  c.corrected_at, c.corrected_at IS NULL AS correct
FROM (
  -- Not invoice_fields: of a month, only the extractions of what settled in it are looked for, and only theirs unnested.
  SELECT e.invoice_id, e.city, last.forwarder, e.time AS extracted_at, last.settled_at, unnest(e.fields) AS field
  FROM (
    SELECT x.invoice_id, s.forwarder, s.settled_at, last_value(x.event_id ORDER BY x.time, x.event_id, x.source) AS event_id,
      last_value(x.source ORDER BY x.time, x.event_id, x.source) AS source, max(x.time) AS time
    FROM invoice_events x
    JOIN settled_invoices s ON s.invoice_id = x.invoice_id
    WHERE x.type = 'invoice.extracted'
    GROUP BY x.invoice_id, s.forwarder, s.settled_at
  ) last
  JOIN invoice_events e
    ON e.invoice_id = last.invoice_id AND e.event_id = last.event_id AND e.source = last.source AND e.time = last.time
  WHERE e.type = 'invoice.extracted'
) f
LEFT JOIN (
  SELECT invoice_id, field, min(time) AS corrected_at
  FROM invoice_events
  WHERE type = 'invoice.field_corrected'
  GROUP BY invoice_id, field
) c ON c.invoice_id = f.invoice_id AND c.field = get_field(f.field, 'name')
WHERE get_field(f.field, 'rule_id') IS NOT NULL
