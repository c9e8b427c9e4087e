-- Each city's costs, and what they are in its own currency at the month's rates.
SELECT coalesce(c.region, 'none') AS region, a.city, coalesce(c.:city_name, a.city) AS city_name, a.amount, a.currency,
  CAST(round(CAST(a.amount * f.hkd AS DECIMAL(38, 9)) / t.hkd, 2) AS DECIMAL(38, 2)) AS local_amount,
  CASE WHEN f.hkd IS NOT NULL AND t.hkd IS NOT NULL THEN c.currency END AS local_currency
FROM (
  SELECT city, currency, CAST(sum(amount) AS DECIMAL(38, 9)) AS amount
  FROM cost_allocation
  WHERE month = ':month'
  GROUP BY city, currency
) a
LEFT JOIN cities c ON c.city = a.city
LEFT JOIN month_rates f ON f.currency = a.currency
LEFT JOIN month_rates t ON t.currency = c.currency
ORDER BY CASE WHEN c.region IS NULL THEN 1 ELSE 0 END, c.region, a.city
