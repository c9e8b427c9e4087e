-- meaning: For each local day the users who were active on it or on one of the 6 days before.
-- history: whole
-- column user_id: the user
-- column city: the city
-- column day: the local day
-- column at: when that day starts in the city
SELECT DISTINCT user_id, city, CAST(day AS DATE) AS day, day_start(CAST(day AS DATE), city) AS at
FROM (
  SELECT user_id, city,
    unnest(generate_series(CAST(day AS TIMESTAMP), CAST(day AS TIMESTAMP) + INTERVAL '6 days', INTERVAL '1 day')) AS day
  FROM user_days
)
CROSS JOIN last_events
WHERE CAST(day AS DATE) <= local_day(last_at, city)
