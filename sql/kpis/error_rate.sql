-- title: Error rate
-- title_zh_hant: 錯誤率
-- title_zh_hans: 错误率
-- meaning: Share of settled invoices that failed.
-- meaning_zh_hant: 完結發票中失敗者的比例。
-- meaning_zh_hans: 完结发票中失败者的比例。
-- unit: ratio
-- direction: down
-- owner: scm
-- topic: invoices
-- watch: hour day
-- warn: 0.05
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE NOT completed) AS numerator, count(*) AS denominator
FROM settled_invoices
