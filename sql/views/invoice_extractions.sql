-- meaning: The extraction that counts of each invoice: the last by time, then by id.
-- column invoice_id: the invoice
-- column event_id: the extraction's event
-- column city: city of the event
-- column extracted_at: when it was extracted
-- column model: model that read it
-- column fields: its fields
-- column charges: its charge lines
SELECT e.invoice_id, e.event_id, e.city, e.time AS extracted_at, e.model, e.fields, e.charges
FROM invoice_events e
JOIN (
  SELECT invoice_id, last_value(event_id ORDER BY time, event_id, source) AS event_id,
    last_value(source ORDER BY time, event_id, source) AS source
  FROM invoice_events
  WHERE type = 'invoice.extracted'
  GROUP BY invoice_id
) last ON last.invoice_id = e.invoice_id AND last.event_id = e.event_id AND last.source = e.source
WHERE e.type = 'invoice.extracted'
