-- meaning: How good past forecasts of days were, now that those days are over: a row a day that was foretold before it was over.
-- column made_at: when it was foretold
-- column series: the KPI
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
SELECT f.made_at, f.series, f.city, k.bucket AS day, f.step, f.model, f.mean, CAST(k.value AS DOUBLE) AS actual,
  CAST(k.value AS DOUBLE) - f.mean AS error,
  abs(CAST(k.value AS DOUBLE) - f.mean) / nullif(CAST(k.value AS DOUBLE), 0) AS ape,
  CAST(k.value AS DOUBLE) BETWEEN f.lower80 AND f.upper80 AS covered80,
  CAST(k.value AS DOUBLE) BETWEEN f.lower95 AND f.upper95 AS covered95
FROM forecasts f
JOIN kpi_daily k ON k.kpi = f.series AND k.city = f.city AND k.bucket = CAST(f.horizon_at AS DATE)
WHERE f.grain = 'day' AND f.forwarder IS NULL AND k.bucket < local_day(now(), k.city)
  AND local_day(f.made_at, k.city) <= k.bucket
