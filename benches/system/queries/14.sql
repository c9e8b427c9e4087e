-- top 10 invoices by events
SELECT invoice_id, count(*) AS events
FROM invoice_events
WHERE invoice_id IS NOT NULL
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 10
