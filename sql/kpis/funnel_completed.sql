-- title: Funnel: completed
-- title_zh_hant: 漏斗：已完成
-- title_zh_hans: 漏斗：已完成
-- meaning: Share of the invoices received on that day that have completed by now.
-- meaning_zh_hant: 當日收到的發票中，至今已完成者的比例。
-- meaning_zh_hans: 当日收到的发票中，至今已完成者的比例。
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: funnel
-- at: received_at
SELECT count(completed_at) AS numerator, count(*) AS denominator
FROM invoice_lives
WHERE received_at IS NOT NULL
