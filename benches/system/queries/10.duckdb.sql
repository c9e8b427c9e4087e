-- latest row by city and forwarder
SELECT city, forwarder, max(time), arg_max(invoice_id, (time, event_id)), arg_max(confidence, (time, event_id))
FROM invoice_events
WHERE type = 'invoice.classified'
GROUP BY 1, 2
