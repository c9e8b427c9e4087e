-- What each city bears, month by month.
SELECT a.month, a.city, coalesce(c.:city_name, a.city) AS city_name, a.currency, CAST(sum(a.amount) AS DECIMAL(38, 9)) AS amount
FROM cost_allocation a
LEFT JOIN cities c ON c.city = a.city
GROUP BY a.month, a.city, coalesce(c.:city_name, a.city), a.currency
ORDER BY a.month, CASE a.city WHEN 'unallocated' THEN 1 WHEN 'idle' THEN 2 ELSE 0 END, a.city
