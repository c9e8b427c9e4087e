-- every KPI by status, 30 d
SELECT kpi, status, count(*) AS days FROM {kpi_daily} WHERE bucket >= {date30} GROUP BY 1, 2 ORDER BY 1, 2
