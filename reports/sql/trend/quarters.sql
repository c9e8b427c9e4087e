-- A row a quarter and pool; the pools become columns. A quarter counts the months that have costs.
WITH parts AS (
  SELECT substr(month, 1, 4) || '-Q' || CAST((CAST(substr(month, 6, 2) AS INT) + 2) / 3 AS VARCHAR) AS quarter,
    month, pool, currency, amount
  FROM cost_allocation
), months AS (
  SELECT quarter, count(DISTINCT month) AS months FROM parts GROUP BY quarter
), sums AS (
  SELECT quarter, currency, pool, sum(amount) AS amount FROM parts GROUP BY quarter, currency, pool
), whole AS (
  SELECT *, sum(amount) OVER (PARTITION BY quarter, currency) AS total FROM sums
), before AS (
  SELECT quarter, currency, lag(total) OVER (PARTITION BY currency ORDER BY quarter) AS previous
  FROM (SELECT DISTINCT quarter, currency, total FROM whole) totals
)
SELECT w.quarter, m.months, w.currency, w.pool, CAST(w.amount AS DECIMAL(38, 9)) AS amount,
  CAST(w.total AS DECIMAL(38, 9)) AS total, CAST(b.previous AS DECIMAL(38, 9)) AS previous,
  CAST(CAST(w.total - b.previous AS DECIMAL(38, 13)) / nullif(b.previous, 0) AS DECIMAL(38, 9)) AS change
FROM whole w
JOIN months m ON m.quarter = w.quarter
JOIN before b ON b.quarter = w.quarter AND b.currency = w.currency
ORDER BY w.quarter, w.currency, w.pool
