-- events of one invoice
SELECT time, type, city, forwarder, outcome, message FROM invoice_events WHERE invoice_id = '{invoice}' ORDER BY time, type
