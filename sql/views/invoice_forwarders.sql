-- meaning: The forwarder of each invoice, by the last classification.
-- column invoice_id: the invoice
-- column forwarder: its forwarder
SELECT invoice_id, last_value(forwarder ORDER BY time, event_id, source) AS forwarder
FROM invoice_events
WHERE type = 'invoice.classified'
GROUP BY invoice_id
