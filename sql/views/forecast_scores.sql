-- meaning: How good past forecasts of days were, now that those days are over: a row a day that was foretold before it was over.
-- column made_at: when it was foretold
-- column series: the KPI, or the series of used_days
-- column city: the city
-- column day: the local day
-- column step: how many days ahead
-- column model: the method
-- column mean: what was expected
-- column actual: what came
-- column error: actual less mean
-- column ape: absolute error by what came; null where nothing came
-- column covered80: whether what came lay within the bounds of 80 of 100
-- column covered95: whether it lay within those of 95 of 100
WITH came AS (
  SELECT kpi AS series, city, bucket AS day, CAST(value AS DOUBLE) AS value FROM kpi_daily
  UNION ALL
  SELECT series, city, day, value FROM used_days
)
SELECT f.made_at, f.series, f.city, c.day, f.step, f.model, f.mean, c.value AS actual,
  c.value - f.mean AS error, abs(c.value - f.mean) / nullif(c.value, 0) AS ape,
  c.value BETWEEN f.lower80 AND f.upper80 AS covered80,
  c.value BETWEEN f.lower95 AND f.upper95 AS covered95
FROM forecasts f
JOIN came c ON c.series = f.series AND c.city = f.city AND c.day = CAST(f.horizon_at AS DATE)
WHERE f.grain = 'day' AND f.forwarder IS NULL AND c.day < local_day(now(), c.city)
  AND local_day(f.made_at, c.city) <= c.day
