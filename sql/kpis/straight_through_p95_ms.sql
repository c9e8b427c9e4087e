-- title: Received to completed, p95
-- title_zh_hant: 全程時間 p95
-- title_zh_hans: 全程时间 p95
-- meaning: Nineteen of twenty completed invoices took no longer from received to completed.
-- meaning_zh_hant: 每二十張完成的發票中，十九張由收件至完成的時間不超過此值。
-- meaning_zh_hans: 每二十张完成的发票中，十九张由收件至完成的时间不超过此值。
-- unit: ms
-- direction: down
-- owner: scm
-- topic: invoices
-- watch: day
-- by: forwarder
-- at: settled_at
SELECT percentile(straight_through_ms, 0.95) AS numerator, 1 AS denominator
FROM settled_invoices
