-- series by time and city, the largest cities only
SELECT
  DATE_TRUNC('HOUR', time) AS time,
  city AS city,
  COUNT(event_id) AS "COUNT(event_id)"
FROM public.invoice_events
JOIN (
  SELECT
    city AS city__,
    COUNT(event_id) AS mme_inner__
  FROM public.invoice_events
  WHERE
    time >= {since} AND time < {until}
  GROUP BY
    city
  ORDER BY
    mme_inner__ DESC
  LIMIT 3
) AS series_limit
  ON city = city__
WHERE
  time >= {since} AND time < {until}
GROUP BY
  DATE_TRUNC('HOUR', time),
  city
ORDER BY
  "COUNT(event_id)" DESC
LIMIT 50000
-- judged by
SELECT date_trunc('hour', time), city, count(*) FROM chosen WHERE city IN (
  SELECT city FROM chosen GROUP BY city ORDER BY count(*) DESC LIMIT 3) GROUP BY ALL

-- series by time and city, the other cities as one
SELECT
  DATE_TRUNC('WEEK', time) AS time,
  CASE WHEN (
    NOT series_limit.city__ IS NULL
  ) THEN city ELSE 'Others' END AS city,
  COUNT(event_id) AS "COUNT(event_id)"
FROM public.invoice_events
LEFT OUTER JOIN (
  SELECT
    city AS city__,
    COUNT(event_id) AS mme_inner__
  FROM public.invoice_events
  WHERE
    time >= {since} AND time < {until}
  GROUP BY
    city
  ORDER BY
    COUNT(event_id) DESC
  LIMIT 3
) AS series_limit
  ON city = city__
WHERE
  time >= {since} AND time < {until}
GROUP BY
  DATE_TRUNC('WEEK', time),
  CASE WHEN (
    NOT series_limit.city__ IS NULL
  ) THEN city ELSE 'Others' END
-- judged by
SELECT date_trunc('week', time), if(city IN (SELECT city FROM chosen GROUP BY city ORDER BY count(*) DESC LIMIT 3),
  city, 'Others') AS named, count(*) FROM chosen GROUP BY ALL

-- percentiles by city
SELECT
  city AS city,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    duration_ms) AS p50,
  PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY
    duration_ms) AS p95
FROM public.invoice_events
GROUP BY
  city
ORDER BY
  p95 DESC
LIMIT 1000
-- judged by
SELECT city, quantile_cont(duration_ms, 0.5), quantile_cont(duration_ms, 0.95) FROM invoice_events GROUP BY city

-- big number
SELECT
  COUNT(*) AS count
FROM public.invoice_events
WHERE
  time >= {since}
  AND time < {until}
LIMIT 1000
-- judged by
SELECT count(*) FROM chosen

-- table of metrics
SELECT
  city AS city,
  service AS service,
  COUNT(*) AS count,
  SUM(cost) AS "SUM(cost)",
  COUNT(DISTINCT model) AS "COUNT_DISTINCT(model)",
  MAX(time) AS "MAX(time)",
  MIN(latency_ms) AS "MIN(latency_ms)",
  AVG(latency_ms) AS "AVG(latency_ms)"
FROM public.usage_events
WHERE
  time >= {since}
  AND time < {until}
GROUP BY
  city,
  service
ORDER BY
  count DESC
LIMIT 1000
-- judged by
SELECT city, service, count(*), sum(cost), count(DISTINCT model), max(time), min(latency_ms), avg(latency_ms)
FROM chosen_usage GROUP BY city, service

-- totals of a table
SELECT
  COUNT(*) AS count,
  SUM(cost) AS "SUM(cost)"
FROM public.usage_events
WHERE
  time >= {since}
  AND time < {until}
LIMIT 50000
-- judged by
SELECT count(*), sum(cost) FROM chosen_usage

-- number of a table's rows
SELECT
  COUNT(*) AS rowcount
FROM (
  SELECT
    city AS city,
    type AS type,
    COUNT(*) AS count
  FROM public.invoice_events
  GROUP BY
    city,
    type
  LIMIT 50000
) AS rowcount_qry
-- judged by
SELECT count(DISTINCT (city, type)) FROM invoice_events

-- pivot
SELECT
  type AS type,
  city AS city,
  DATE_TRUNC('MONTH', time) AS time,
  COUNT(event_id) AS events,
  PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY
    duration_ms) AS "p95 ms"
FROM public.invoice_events
WHERE
  city IN ('HKG', 'SIN')
  AND time >= {since}
  AND time < {until}
GROUP BY
  type,
  city,
  DATE_TRUNC('MONTH', time)
ORDER BY
  events DESC
LIMIT 1000
-- judged by
SELECT type, city, date_trunc('month', time), count(*), quantile_cont(duration_ms, 0.95) FROM chosen
WHERE city = 'HKG' OR city = 'SIN' GROUP BY ALL

-- heat map
SELECT
  EXTRACT(HOUR FROM time) AS hour,
  TO_CHAR(time, 'ID Dy') AS weekday,
  COUNT(event_id) AS events
FROM public.invoice_events
WHERE
  city IN ('HKG', 'SIN')
  AND time >= {since}
  AND time < {until}
GROUP BY
  EXTRACT(HOUR FROM time),
  TO_CHAR(time, 'ID Dy')
ORDER BY
  EXTRACT(HOUR FROM time) ASC,
  TO_CHAR(time, 'ID Dy') ASC
LIMIT 10000
-- judged by
SELECT hour(time), strftime(time, '%u %a'), count(*) FROM chosen WHERE city IN ('HKG', 'SIN') GROUP BY ALL

-- histogram
SELECT
  duration_ms AS duration_ms
FROM public.invoice_events
GROUP BY
  duration_ms
LIMIT 50000
-- judged by
SELECT DISTINCT duration_ms FROM invoice_events

-- groups that SQL of one's own chooses
SELECT
  city AS city,
  COUNT(*) AS count
FROM public.invoice_events
WHERE
  (
    (
      type <> 'invoice.failed' AND duration_ms > 10
    )
  )
GROUP BY
  city
HAVING
  (
    (
      COUNT(*) > 100
    )
  )
ORDER BY
  count DESC
LIMIT 1000
-- judged by
SELECT * FROM (SELECT city, count(*) FILTER (duration_ms > 10 AND type <> 'invoice.failed') AS n
  FROM invoice_events GROUP BY city) WHERE n > 100

-- column and metric of one's own
SELECT
  CASE WHEN pages > 3 THEN 'long' ELSE 'short' END AS length,
  CAST(SUM(CASE WHEN supported = FALSE THEN 1 ELSE 0 END) AS DECIMAL) / NULLIF(COUNT(*), 0) AS "not supported"
FROM public.invoice_events
GROUP BY
  CASE WHEN pages > 3 THEN 'long' ELSE 'short' END
LIMIT 1000
-- judged by
SELECT if(coalesce(pages, 0) > 3, 'long', 'short') AS length, count(*) FILTER (NOT supported) / count(*)
FROM invoice_events GROUP BY length

-- virtual dataset
SELECT
  region AS region,
  COUNT(*) AS count
FROM (
  SELECT
    i.*,
    c.region,
    c.currency AS local_currency
  FROM invoices AS i
  JOIN cities AS c
    USING (city)
) AS virtual_table
GROUP BY
  region
ORDER BY
  count DESC
LIMIT 1000
-- judged by
SELECT region, count(*) FROM lives JOIN cities USING (city) GROUP BY region

-- virtual dataset by time, the largest regions only
SELECT
  DATE_TRUNC('DAY', received_at) AS received_at,
  region AS region,
  COUNT(*) AS count
FROM (
  SELECT
    i.*,
    c.region,
    c.currency AS local_currency
  FROM invoices AS i
  JOIN cities AS c
    USING (city)
) AS virtual_table
JOIN (
  SELECT
    region AS region__,
    COUNT(*) AS mme_inner__
  FROM (
    SELECT
      i.*,
      c.region,
      c.currency AS local_currency
    FROM invoices AS i
    JOIN cities AS c
      USING (city)
  ) AS virtual_table
  WHERE
    received_at >= {since}
    AND received_at < {until}
  GROUP BY
    region
  ORDER BY
    mme_inner__ DESC
  LIMIT 2
) AS series_limit
  ON region = region__
WHERE
  received_at >= {since}
  AND received_at < {until}
GROUP BY
  DATE_TRUNC('DAY', received_at),
  region
ORDER BY
  count DESC
LIMIT 1000
-- judged by
WITH known AS (SELECT * FROM lives JOIN cities USING (city) WHERE received >= since() AND received < until())
SELECT date_trunc('day', received), region, count(*) FROM known WHERE region IN (
  SELECT region FROM known GROUP BY region ORDER BY count(*) DESC LIMIT 2) GROUP BY ALL

-- values of a filter
SELECT DISTINCT type AS column_values
FROM public.invoice_events
 LIMIT 10000
-- judged by
SELECT DISTINCT type FROM invoice_events

-- range of a filter
SELECT
  MIN(pages) AS min,
  MAX(pages) AS max
FROM public.invoice_events
LIMIT 1000
-- judged by
SELECT min(pages), max(pages) FROM invoice_events

-- search in a filter
SELECT
  forwarder AS forwarder
FROM public.invoice_events
WHERE
  forwarder ILIKE '%JA%'
GROUP BY
  forwarder
LIMIT 1000
-- judged by
SELECT DISTINCT forwarder FROM invoice_events WHERE contains(lower(forwarder), 'ja')

-- SQL Lab with comments
/* a comment */
SELECT
  COUNT(*)
FROM invoice_events /* end */
LIMIT 1001
-- judged by
SELECT count(*) FROM invoice_events

-- SQL Lab with a moving mean
WITH d AS (
  SELECT
    DATE_TRUNC('HOUR', time) AS d,
    COUNT(*) AS n
  FROM invoice_events
  GROUP BY
    1
)
SELECT
  d,
  n,
  AVG(n) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
FROM d
ORDER BY
  1
LIMIT 1001
-- judged by
WITH h AS (SELECT *, row_number() OVER (ORDER BY hour) AS nth FROM (
  SELECT date_trunc('hour', time) AS hour, count(*) AS n FROM invoice_events GROUP BY 1))
SELECT hour, n, (SELECT sum(o.n) / count(*) FROM h o WHERE o.nth BETWEEN h.nth - 6 AND h.nth) FROM h
