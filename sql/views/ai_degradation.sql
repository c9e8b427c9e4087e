-- meaning: Whether AI is to be degraded to save cost: what it costs and how often the costly model is taken, against the thresholds, by city and for all together. Of each city its newest day with 20 invoices or more counts, within two days; of cost by month the running one.
-- history: whole
-- column measure: ai_cost_per_invoice_hkd, multimodal_share or ai_cost_month_hkd
-- column city: the city; null for all together
-- column since: first local day of what is measured
-- column value: the figure: HKD, or a share of 1
-- column warn: above this people are warned
-- column act: above this AI is to be degraded
-- column status: ok, warn or act
-- column degrade: whether AI is to be degraded for this measure
WITH days AS (
  SELECT k.kpi, k.city, k.bucket, k.numerator, k.denominator, k.value,
    row_number() OVER (PARTITION BY k.kpi, k.city ORDER BY k.bucket DESC) AS nth
  FROM kpi_daily k
  WHERE k.kpi IN ('ai_cost_per_invoice_hkd', 'multimodal_share') AND k.city IS NOT NULL AND k.denominator >= 20
    AND k.bucket >= CAST(local_day(now(), k.city) - INTERVAL '1 day' AS DATE)
), measured AS (
  SELECT kpi AS measure, city, bucket AS since, value
  FROM days
  WHERE nth = 1
  UNION ALL
  SELECT kpi AS measure, CAST(NULL AS VARCHAR) AS city, min(bucket) AS since,
    -- Digits that a division adds must have room.
    CAST(CAST(sum(numerator) AS DECIMAL(28, 9)) / CAST(sum(denominator) AS DECIMAL(18, 0)) AS DECIMAL(38, 9)) AS value
  FROM days
  WHERE nth = 1
  GROUP BY kpi
  UNION ALL
  SELECT 'ai_cost_month_hkd' AS measure, CAST(NULL AS VARCHAR) AS city, min(bucket) AS since,
    CAST(sum(numerator) AS DECIMAL(38, 9)) AS value
  FROM kpi_monthly
  WHERE kpi = 'ai_cost_hkd' AND bucket = local_month(now(), city)
  HAVING count(*) > 0
), thresholds AS (
  SELECT kpi AS measure, warn, act
  FROM kpis
  WHERE kpi IN ('ai_cost_per_invoice_hkd', 'multimodal_share')
  UNION ALL
  -- Of all cities together: no header of a KPI can say it. The alerts and the advice on capacity hold the same.
  SELECT 'ai_cost_month_hkd' AS measure, CAST(30000 AS DECIMAL(38, 9)) AS warn, CAST(40000 AS DECIMAL(38, 9)) AS act
)
SELECT m.measure, m.city, m.since, m.value, t.warn, t.act,
  CASE WHEN m.value > t.act THEN 'act' WHEN m.value > t.warn THEN 'warn' ELSE 'ok' END AS status, m.value > t.act AS degrade
FROM measured m
JOIN thresholds t ON t.measure = m.measure
