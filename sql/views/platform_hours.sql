-- meaning: The clock hours (UTC) since this platform first recorded its own minutes: how many minutes they have so far, and in how many of them it was available.
-- history: whole
-- column at: the hour's start
-- column city: null: the platform is shared by all cities
-- column minutes: minutes of the hour, from the first that was recorded until two minutes ago
-- column good: those in which some instance answered queries and some took events in, through the whole minute; one that nobody recorded is none
WITH known AS (
  SELECT min(minute) AS since, date_trunc('minute', now() - INTERVAL '2 minutes') AS until,
    min(minute) FILTER (WHERE answers IS NOT NULL) AS answers_since,
    min(minute) FILTER (WHERE ingests IS NOT NULL) AS ingests_since
  FROM platform_minutes
), recorded AS (
  SELECT minute, bool_or(answers) AS answers, bool_or(ingests) AS ingests FROM platform_minutes GROUP BY minute
), good AS (
  SELECT date_trunc('hour', minute) AS at, count(*) AS minutes
  FROM recorded
  CROSS JOIN known
  WHERE minute < until
    AND (coalesce(answers, false) OR answers_since IS NULL OR minute < answers_since)
    AND (coalesce(ingests, false) OR ingests_since IS NULL OR minute < ingests_since)
  GROUP BY 1
), hours AS (
  SELECT since, until, unnest(generate_series(CAST(date_trunc('hour', since) AS TIMESTAMP), CAST(until AS TIMESTAMP),
    INTERVAL '1 hour')) AS hour
  FROM known
  WHERE since < until
), spans AS (
  SELECT timezone('UTC', hour) AS at, timezone('UTC', hour + INTERVAL '1 hour') AS next, since, until FROM hours
)
SELECT s.at, CAST(NULL AS VARCHAR) AS city,
  micros_between(greatest(s.at, since), least(next, until)) / 60000000 AS minutes, coalesce(g.minutes, 0) AS good
FROM spans s
LEFT JOIN good g ON g.at = s.at
WHERE s.at < until
