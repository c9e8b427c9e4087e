-- title: Peak throughput per hour
-- title_zh_hant: 每小時處理峰值
-- title_zh_hans: 每小时处理峰值
-- meaning: Invoices settled in the busiest clock hour.
-- unit: count
-- direction: up
-- owner: sre
-- topic: invoices
-- at: at
SELECT max(invoices) AS numerator, 1 AS denominator
FROM settled_hours
