-- What no city bears, and cities that were left out, each with why.
SELECT a.city, coalesce(c.:city_name, a.city) AS city_name, a.pool, a.reason, a.reason AS why, a.measured, a.ratio,
  a.amount, a.currency
FROM cost_allocation a
LEFT JOIN cities c ON c.city = a.city
WHERE a.month = ':month' AND a.status <> 'adjustment' AND (a.city IN ('unallocated', 'idle') OR a.reason IS NOT NULL)
ORDER BY a.place
