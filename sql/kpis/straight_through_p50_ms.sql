-- title: Received to completed, median
-- title_zh_hant: 全程時間中位數
-- title_zh_hans: 全程时间中位数
-- meaning: Half of the completed invoices took no longer from received to completed.
-- meaning_zh_hant: 完成的發票中，半數由收件至完成的時間不超過此值。
-- meaning_zh_hans: 完成的发票中，半数由收件至完成的时间不超过此值。
-- unit: ms
-- direction: down
-- owner: scm
-- topic: invoices
-- by: forwarder
-- at: settled_at
SELECT percentile(straight_through_ms, 0.5) AS numerator, 1 AS denominator
FROM settled_invoices
