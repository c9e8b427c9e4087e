-- title: Error rate
-- title_zh_hant: 錯誤率
-- title_zh_hans: 错误率
-- meaning: Share of settled invoices that failed.
-- unit: ratio
-- direction: down
-- owner: scm
-- topic: invoices
-- warn: 0.05
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE NOT completed) AS numerator, count(*) AS denominator
FROM settled_invoices
