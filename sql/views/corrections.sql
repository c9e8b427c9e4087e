-- meaning: One row a correction of a field by a person.
-- column invoice_id: the invoice
-- column city: its city
-- column forwarder: its forwarder
-- column field: the field that was corrected
-- column rule_id: mapping rule that had read it
-- column rule_version: version of that rule
-- column old: what was read
-- column new: what the person wrote
-- column user_id: who corrected
-- column learn: normal, or exception where nothing is to be learned from it
-- column pattern: position or value pattern
-- column corrected_at: when
SELECT e.invoice_id, e.city, w.forwarder, e.field, e.rule_id, e.rule_version, e.old, e.new, e.user_id, e.learn,
  e.pattern, e.time AS corrected_at
FROM invoice_events e
LEFT JOIN invoice_forwarders w ON w.invoice_id = e.invoice_id
WHERE e.type = 'invoice.field_corrected'
