-- percentile KPI by day and city, 90 d
SELECT bucket, city, value FROM {kpi_daily} WHERE kpi = 'ai_latency_p95_ms' AND bucket >= {date90} AND value IS NOT NULL ORDER BY 1, 2
