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
SELECT f.invoice_id, f.city, f.forwarder, f.field, f.rule_id, f.rule_version, f.rule_layer AS layer, f.value,
  f.confidence, f.extracted_at, s.settled_at, c.corrected_at, c.corrected_at IS NULL AS correct
FROM invoice_fields f
JOIN settled_invoices s ON s.invoice_id = f.invoice_id
LEFT JOIN (
  SELECT invoice_id, field, min(time) AS corrected_at
  FROM invoice_events
  WHERE type = 'invoice.field_corrected'
  GROUP BY invoice_id, field
) c ON c.invoice_id = f.invoice_id AND c.field = f.field
WHERE f.rule_id IS NOT NULL
