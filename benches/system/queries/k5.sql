-- users by day, one city, 12 months
SELECT bucket, value FROM {kpi_daily} WHERE kpi = 'dau' AND city = '{city}' AND bucket >= {date365} ORDER BY 1
