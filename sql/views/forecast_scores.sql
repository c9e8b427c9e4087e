-- meaning: How good past forecasts were, now that what they foretold is over: a row a step that was foretold before it was over, and of which it is known what came.
-- column made_at: when it was foretold
-- column series: the KPI, or the series of used_days
-- column grain: how long a step is: hour or day
-- column city: its city; null for all cities together
-- column forwarder: its forwarder; null for all together
-- column day: the local day; of an hour, the one in which it starts
-- column horizon_at: start of the step, as in forecasts
-- column step: how many steps ahead
-- column model: the method
-- column mean: what was expected
-- column lower80: lower bound of 80 of 100
-- column upper80: upper bound of the same
-- column lower95: lower bound of 95 of 100
-- column upper95: upper bound of the same
-- column actual: what came; of a volume 0 where nothing came
-- column error: actual less mean
-- column ape: absolute error by what came; null where nothing came
-- column covered80: whether what came lay within lower80 and upper80
-- column covered95: whether it lay within lower95 and upper95
WITH storage AS (
  SELECT series, day, sum(value - coalesce(before, 0)) AS more
  FROM (
    SELECT series, day, value, lag(value) OVER (PARTITION BY series, city ORDER BY day) AS before
    FROM used_days
    WHERE series = 'storage_bytes'
  ) r
  GROUP BY series, day
), came_on_days AS (
  -- No city stands for all together, and no forwarder likewise: as texts, since nothing equals null.
  SELECT kpi AS series, city, '' AS forwarder, bucket AS day, CAST(value AS DOUBLE) AS value
  FROM kpi_daily
  WHERE kpi IN ({foretold by the day}) AND city IS NOT NULL
  UNION ALL
  SELECT kpi, '', '', bucket, CAST(sum(value) AS DOUBLE)
  FROM kpi_daily
  WHERE kpi IN ({foretold by the day}) AND city IS NOT NULL
  GROUP BY kpi, bucket
  UNION ALL
  SELECT kpi, '', forwarder, bucket, CAST(sum(value) AS DOUBLE)
  FROM kpi_daily_by_forwarder
  WHERE kpi IN ({foretold by the day}) AND forwarder IS NOT NULL
  GROUP BY kpi, forwarder, bucket
  UNION ALL
  SELECT series, city, '', day, value FROM used_days
  UNION ALL
  SELECT series, '', '', day, sum(value) FROM used_days WHERE series <> 'storage_bytes' GROUP BY series, day
  UNION ALL
  -- A city that was not read on a day still stores what it did when it was last read.
  SELECT series, '', '', day, sum(more) OVER (PARTITION BY series ORDER BY day) FROM storage
), came_in_hours AS (
  SELECT kpi AS series, city, bucket AS at, CAST(value AS DOUBLE) AS value
  FROM kpi_hourly
  WHERE kpi IN ({foretold by the hour}) AND city IS NOT NULL
  UNION ALL
  SELECT kpi, '', bucket, CAST(sum(value) AS DOUBLE)
  FROM kpi_hourly
  WHERE kpi IN ({foretold by the hour}) AND city IS NOT NULL
  GROUP BY kpi, bucket
), foretold AS (
  -- What has no city is over when its day is by UTC: then it is over in every city of the group.
  SELECT f.made_at, f.series, 'day' AS grain, f.city, f.forwarder, f.day, f.horizon_at, f.step, f.model, f.mean,
    f.lower80, f.upper80, f.lower95, f.upper95, day_start(CAST(f.day + INTERVAL '1 day' AS DATE), f.city) AS over_at,
    c.value
  FROM (SELECT *, CAST(horizon_at AS DATE) AS day FROM forecasts WHERE grain = 'day') f
  LEFT JOIN came_on_days c
    ON c.series = f.series AND c.city = coalesce(f.city, '') AND c.forwarder = coalesce(f.forwarder, '') AND c.day = f.day
  UNION ALL
  SELECT f.made_at, f.series, 'hour', f.city, f.forwarder, local_day(f.horizon_at, f.city), f.horizon_at, f.step, f.model,
    f.mean, f.lower80, f.upper80, f.lower95, f.upper95, f.horizon_at + INTERVAL '1 hour', c.value
  FROM forecasts f
  LEFT JOIN came_in_hours c ON c.series = f.series AND c.city = coalesce(f.city, '') AND c.at = f.horizon_at
  WHERE f.grain = 'hour' AND f.forwarder IS NULL
), newest AS (
  SELECT max(time) AS at
  FROM (
    SELECT max(time) AS time FROM session_events
    UNION ALL SELECT max(time) FROM invoice_events
    UNION ALL SELECT max(time) FROM usage_events
  ) e
)
SELECT made_at, series, grain, city, forwarder, day, horizon_at, step, model, mean, lower80, upper80, lower95, upper95, actual,
  actual - mean AS error, abs(actual - mean) / nullif(actual, 0) AS ape, actual BETWEEN lower80 AND upper80 AS covered80,
  actual BETWEEN lower95 AND upper95 AS covered95
FROM (
  -- Of a volume there is no cell where nothing came; that is known once something else has come since.
  SELECT f.*, coalesce(f.value, CASE WHEN s.additive AND s.is_sum AND f.over_at <= n.at THEN CAST(0 AS DOUBLE) END) AS actual
  FROM foretold f
  LEFT JOIN foretold_series s ON s.series = f.series
  CROSS JOIN newest n
  WHERE f.made_at < f.over_at AND f.over_at <= now()
) x
WHERE actual IS NOT NULL
