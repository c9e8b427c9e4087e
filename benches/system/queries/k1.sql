-- KPI by day and city, 12 months
SELECT bucket, city, value FROM {kpi_daily} WHERE kpi = 'invoices_settled' AND bucket >= {date365} ORDER BY 1, 2
