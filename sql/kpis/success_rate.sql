-- title: Success rate
-- title_zh_hant: 成功率
-- title_zh_hans: 成功率
-- meaning: Share of settled invoices that completed.
-- meaning_zh_hant: 完結發票中完成者的比例。
-- meaning_zh_hans: 完结发票中完成者的比例。
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: invoices
-- watch: day
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE completed) AS numerator, count(*) AS denominator
FROM settled_invoices
