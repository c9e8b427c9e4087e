-- title: Forwarder coverage
-- title_zh_hant: 貨代覆蓋率
-- title_zh_hans: 货代覆盖率
-- meaning: Share of settled invoices that came from supported forwarders.
-- meaning_zh_hant: 完結發票中，來自受支援貨代者的比例。
-- meaning_zh_hans: 完结发票中，来自受支持货代者的比例。
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: invoices
-- targets: 0.85 0.95 1
-- at: settled_at
SELECT count(*) FILTER (WHERE supported) AS numerator, count(*) AS denominator
FROM settled_invoices
