-- Each city's costs, and what they are in its own currency at the month's rates, to what can be paid in it.
WITH sums AS (
  SELECT city, currency, CAST(sum(amount) AS DECIMAL(38, 9)) AS amount
  FROM cost_allocation
  WHERE month = ':month'
  GROUP BY city, currency
), converted AS (
  SELECT coalesce(c.region, 'none') AS region, s.city, coalesce(c.:city_name, s.city) AS city_name, s.amount, s.currency,
    CAST(round(CAST(s.amount * f.hkd AS DECIMAL(38, 9)) / t.hkd, minor_digits(c.currency)) AS DECIMAL(38, 2)) AS local_amount,
    CASE WHEN f.hkd IS NOT NULL AND t.hkd IS NOT NULL THEN c.currency END AS local_currency
  FROM sums s
  LEFT JOIN cities c ON c.city = s.city
  LEFT JOIN month_rates f ON f.currency = s.currency
  LEFT JOIN month_rates t ON t.currency = c.currency
)
SELECT region, city, city_name, amount, currency, local_amount, local_currency
FROM converted
ORDER BY CASE region WHEN 'none' THEN 1 ELSE 0 END, region, city
