-- title: Received to completed, median
-- title_zh_hant: 全程時間中位數
-- title_zh_hans: 全程时间中位数
-- meaning: Half of the completed invoices took no longer from received to completed.
-- unit: ms
-- direction: down
-- owner: scm
-- topic: invoices
-- by: forwarder
-- at: settled_at
SELECT percentile(straight_through_ms, 0.5) AS numerator, 1 AS denominator
FROM settled_invoices
