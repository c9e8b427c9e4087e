-- KPI by day, all cities, 12 months
SELECT bucket, sum(numerator) AS value FROM {kpi_daily} WHERE kpi = 'ai_cost_hkd' AND bucket >= {date365} GROUP BY 1 ORDER BY 1
