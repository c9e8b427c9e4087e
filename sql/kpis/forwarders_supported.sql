-- title: Supported forwarders
-- title_zh_hant: 支援貨代數
-- title_zh_hans: 支持货代数
-- meaning: Supported forwarders whose invoices settled.
-- meaning_zh_hant: 有發票完結的受支援貨代數目。
-- meaning_zh_hans: 有发票完结的受支持货代数目。
-- unit: count
-- direction: none
-- owner: scm
-- topic: invoices
-- at: settled_at
SELECT count(DISTINCT forwarder) FILTER (WHERE supported) AS numerator, 1 AS denominator
FROM settled_invoices
