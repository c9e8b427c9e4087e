-- title: Manual time per review
-- title_zh_hant: 每次覆核時間
-- title_zh_hans: 每次复核时间
-- meaning: Mean time that a person spends on one review.
-- unit: ms
-- direction: down
-- owner: scm
-- topic: invoices
-- targets: 60000
-- at: time
SELECT sum(duration_ms) AS numerator, count(duration_ms) AS denominator
FROM invoice_events
WHERE type = 'invoice.reviewed'
