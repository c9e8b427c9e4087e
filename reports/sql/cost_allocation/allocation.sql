-- A row a party and pool; the pools become columns. A budget counts where its category is a pool in which the city has
-- a part, at the month's rates.
WITH parts AS (
  SELECT p.city, p.currency, p.place, p.amount, CASE WHEN p.status <> 'adjustment' THEN p.pool END AS pool,
    CASE WHEN p.status = 'adjustment' THEN p.amount END AS adjustment,
    CASE WHEN b.currency = p.currency THEN CAST(b.amount AS DECIMAL(38, 9))
      ELSE CAST(round(CAST(b.amount * f.hkd AS DECIMAL(38, 9)) / t.hkd, minor_digits(p.currency)) AS DECIMAL(38, 9)) END AS budget
  FROM cost_allocation p
  LEFT JOIN budgets b ON b.month = p.month AND b.city = p.city AND b.category = p.pool AND p.status <> 'adjustment'
  LEFT JOIN month_rates f ON f.currency = b.currency
  LEFT JOIN month_rates t ON t.currency = p.currency
  WHERE p.month = ':month'
), whole AS (
  SELECT city, currency, place, pool, amount,
    sum(adjustment) OVER (PARTITION BY city, currency) AS adjustments,
    sum(amount) OVER (PARTITION BY city, currency) AS total,
    sum(budget) OVER (PARTITION BY city, currency) AS budget,
    sum(CASE WHEN budget IS NOT NULL THEN amount END) OVER (PARTITION BY city, currency) AS budgeted,
    min(place) OVER (PARTITION BY pool) AS pool_place
  FROM parts
)
SELECT w.city, coalesce(c.:city_name, w.city) AS city_name, w.currency, w.pool, w.amount,
  CAST(coalesce(w.adjustments, 0) AS DECIMAL(38, 9)) AS adjustments, CAST(w.total AS DECIMAL(38, 9)) AS total,
  CAST(w.budget AS DECIMAL(38, 9)) AS budget, CAST(w.budgeted AS DECIMAL(38, 9)) AS budgeted,
  CAST(w.budget - w.budgeted AS DECIMAL(38, 9)) AS variance
FROM whole w
LEFT JOIN cities c ON c.city = w.city
ORDER BY CASE w.city WHEN 'unallocated' THEN 1 WHEN 'idle' THEN 2 ELSE 0 END, w.city, w.currency, w.pool_place, w.place
