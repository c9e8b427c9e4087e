-- title: Peak throughput per hour
-- title_zh_hant: 每小時處理峰值
-- title_zh_hans: 每小时处理峰值
-- meaning: Invoices settled in the busiest clock hour.
-- meaning_zh_hant: 最繁忙的一個整點小時內完結的發票數。
-- meaning_zh_hans: 最繁忙的一个整点小时内完结的发票数。
-- unit: count
-- direction: up
-- owner: sre
-- topic: invoices
-- at: at
SELECT max(invoices) AS numerator, 1 AS denominator
FROM settled_hours
