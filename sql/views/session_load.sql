-- meaning: How many sessions run in a city after each instant at which some start or end. A session that never ended or failed is not counted.
-- column at: when the number changed
-- column city: the city
-- column running: sessions running from then on
-- history: whole
WITH changes AS (
  SELECT city, started_at AS at, 1 AS change
  FROM sessions
  WHERE started_at IS NOT NULL AND coalesce(ended_at, failed_at) >= started_at
  UNION ALL
  SELECT city, coalesce(ended_at, failed_at) AS at, -1 AS change
  FROM sessions
  WHERE started_at IS NOT NULL AND coalesce(ended_at, failed_at) >= started_at
), instants AS (
  SELECT city, at, sum(change) AS change FROM changes GROUP BY city, at
)
SELECT at, city,
  sum(change) OVER (PARTITION BY city ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running
FROM instants
