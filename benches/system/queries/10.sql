-- latest row by city and forwarder
SELECT DISTINCT ON (city, forwarder) city, forwarder, time, invoice_id, confidence
FROM invoice_events
WHERE type = 'invoice.classified'
ORDER BY city, forwarder, time DESC, event_id DESC
