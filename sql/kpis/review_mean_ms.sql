-- title: Manual time per review
-- title_zh_hant: 每次覆核時間
-- title_zh_hans: 每次复核时间
-- meaning: Mean time that a person spends on one review.
-- meaning_zh_hant: 人工每次覆核平均所用的時間。
-- meaning_zh_hans: 人工每次复核平均所用的时间。
-- unit: ms
-- direction: down
-- owner: scm
-- topic: invoices
-- targets: 60000
-- at: time
SELECT sum(duration_ms) AS numerator, count(duration_ms) AS denominator
FROM invoice_events
WHERE type = 'invoice.reviewed'
