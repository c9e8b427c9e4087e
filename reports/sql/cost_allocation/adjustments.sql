-- What is booked in the month of earlier ones.
SELECT a.period, a.pool, a.city, coalesce(c.:city_name, a.city) AS city_name, a.amount, a.currency
FROM cost_allocation a
LEFT JOIN cities c ON c.city = a.city
WHERE a.month = ':month' AND a.status = 'adjustment'
ORDER BY a.place
