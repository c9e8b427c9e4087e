-- meaning: One row a field of an invoice, as the last extraction read it.
-- column invoice_id: the invoice
-- column city: its city
-- column forwarder: its forwarder
-- column field: the field's name
-- column value: what was read; null where nothing
-- column confidence: how sure the extraction was, 0 to 1
-- column required: whether the field must be filled
-- column rule_id: mapping rule that read it
-- column rule_version: version of that rule
-- column rule_layer: universal, forwarder or learned
-- column extracted_at: when it was extracted
SELECT e.invoice_id, e.city, w.forwarder, get_field(e.field, 'name') AS field, get_field(e.field, 'value') AS value,
  get_field(e.field, 'confidence') AS confidence, get_field(e.field, 'required') AS required,
  get_field(e.field, 'rule_id') AS rule_id, get_field(e.field, 'rule_version') AS rule_version,
  get_field(e.field, 'rule_layer') AS rule_layer, e.extracted_at
FROM (SELECT invoice_id, city, extracted_at, unnest(fields) AS field FROM invoice_extractions) e
LEFT JOIN invoice_forwarders w ON w.invoice_id = e.invoice_id
