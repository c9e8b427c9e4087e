-- top 20 forwarders by AI cost, 90 d
SELECT f.forwarder, sum(CAST(u.cost AS DOUBLE) * CASE WHEN u.currency = 'USD' THEN 7.8 ELSE 1.0 END) AS cost
FROM usage_events u
JOIN (
  SELECT invoice_id, max(forwarder) AS forwarder
  FROM invoice_events
  WHERE type = 'invoice.classified' AND time >= {d90} AND time < {d0} {m90}
  GROUP BY 1
) f ON f.invoice_id = u.invoice_id
WHERE u.time >= {d90} AND u.time < {d0} AND u.cost IS NOT NULL {m90}
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 20
