-- count(*)
SELECT count(*) AS events FROM invoice_events
