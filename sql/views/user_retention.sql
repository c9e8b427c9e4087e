-- meaning: For each user, and each of the 12 weeks after the week of the first activity that is over in the city: whether the user was active in it. Weeks start on Monday, by the city's calendar; a user of two cities is one in each.
-- history: whole
-- column user_id: the user
-- column city: the city
-- column week: Monday of the week of the first activity: the cohort
-- column at: when that day starts in the city
-- column nth: how many weeks later; 0 is the week of the first activity itself, over or not
-- column active: whether the user was active in that later week
WITH weeks AS (
  SELECT DISTINCT user_id, city, date_trunc('week', CAST(day AS TIMESTAMP)) AS week FROM user_days
), cohorts AS (
  SELECT user_id, city, min(week) AS cohort FROM weeks GROUP BY user_id, city
), later AS (
  SELECT user_id, city, cohort,
    unnest(generate_series(cohort, cohort + INTERVAL '84 days', INTERVAL '7 days')) AS week
  FROM cohorts
)
SELECT l.user_id, l.city, CAST(cohort AS DATE) AS week, day_start(CAST(cohort AS DATE), l.city) AS at,
  CAST((date_part('epoch', l.week) - date_part('epoch', cohort)) / 604800 AS BIGINT) AS nth,
  w.user_id IS NOT NULL AS active
FROM later l
CROSS JOIN last_events
LEFT JOIN weeks w ON w.user_id = l.user_id AND w.city = l.city AND w.week = l.week
WHERE l.week = cohort OR CAST(l.week + INTERVAL '7 days' AS DATE) <= local_day(last_at, l.city)
