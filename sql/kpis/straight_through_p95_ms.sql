-- title: Received to completed, p95
-- title_zh_hant: 全程時間 p95
-- title_zh_hans: 全程时间 p95
-- meaning: Nineteen of twenty completed invoices took no longer from received to completed.
-- unit: ms
-- direction: down
-- owner: scm
-- topic: invoices
-- by: forwarder
-- at: settled_at
SELECT percentile(straight_through_ms, 0.95) AS numerator, 1 AS denominator
FROM settled_invoices
