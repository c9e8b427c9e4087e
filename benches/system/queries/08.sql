-- daily distinct invoices, 90 d
SELECT {day} AS bucket, count(DISTINCT invoice_id) AS invoices
FROM invoice_events
WHERE time >= {d90} AND time < {d0} {m90}
GROUP BY 1
