-- KPI with target, by day, all cities, 90 d
SELECT bucket, sum(numerator) / nullif(sum(denominator), 0) AS value, max(target) AS target
FROM {kpi_daily}
WHERE kpi = 'automation_rate' AND bucket >= {date90}
GROUP BY 1
ORDER BY 1
