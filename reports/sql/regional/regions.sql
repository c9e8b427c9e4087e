-- A row a region and pool; the pools become columns.
WITH parts AS (
  SELECT coalesce(c.region, 'none') AS region, a.currency, a.pool, min(a.place) AS place, sum(a.amount) AS amount
  FROM cost_allocation a
  LEFT JOIN cities c ON c.city = a.city
  WHERE a.month = ':month'
  GROUP BY coalesce(c.region, 'none'), a.currency, a.pool
), whole AS (
  SELECT *, sum(amount) OVER (PARTITION BY region, currency) AS total, sum(amount) OVER (PARTITION BY currency) AS of_all,
    min(place) OVER (PARTITION BY pool) AS pool_place
  FROM parts
)
SELECT region, currency, pool, CAST(amount AS DECIMAL(38, 9)) AS amount, CAST(total AS DECIMAL(38, 9)) AS total,
  CAST(CAST(total AS DECIMAL(38, 13)) / nullif(of_all, 0) AS DECIMAL(38, 9)) AS share
FROM whole
ORDER BY CASE region WHEN 'none' THEN 1 ELSE 0 END, region, currency, pool_place
