-- meaning: The users who were enabled at any time in each local month, and whether they were active in it.
-- history: whole
-- column user_id: the user
-- column city: the city
-- column month: first day of the local month
-- column at: when that day starts in the city
-- column active: whether the user was active in that month
WITH spans AS (
  SELECT user_id, city, local_month(min(time) FILTER (WHERE type = 'user.enabled'), city) AS from_month,
    local_month(max(time) FILTER (WHERE type = 'user.disabled'), city) AS until_month
  FROM session_events
  WHERE type IN ('user.enabled', 'user.disabled')
  GROUP BY user_id, city
), months AS (
  SELECT user_id, city, unnest(generate_series(CAST(from_month AS TIMESTAMP),
    CAST(coalesce(until_month, local_month(last_at, city)) AS TIMESTAMP), INTERVAL '1 month')) AS month
  FROM spans
  CROSS JOIN last_events
  WHERE from_month IS NOT NULL
)
SELECT m.user_id, m.city, CAST(m.month AS DATE) AS month, day_start(CAST(m.month AS DATE), m.city) AS at,
  a.user_id IS NOT NULL AS active
FROM months m
LEFT JOIN (SELECT DISTINCT user_id, city, date_trunc('month', CAST(day AS TIMESTAMP)) AS month FROM user_days) a
  ON a.user_id = m.user_id AND a.city = m.city AND a.month = m.month
