-- Each budget of the month with what was spent of it, and what the month comes to.
SELECT b.city, coalesce(c.:city_name, b.city) AS city_name, b.category, b.currency, b.budget, b.actual,
  CAST(b.budget - b.actual AS DECIMAL(38, 9)) AS variance, b.used, b.forecast, b.forecast_used,
  b.status AS status_name, b.basis
FROM budget_status b
LEFT JOIN cities c ON c.city = b.city
WHERE b.month = ':month'
ORDER BY b.city, b.category
