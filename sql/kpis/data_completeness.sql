-- title: Data completeness
-- title_zh_hant: 資料完整率
-- title_zh_hans: 数据完整率
-- meaning: Share of required fields that are filled, over settled invoices.
-- meaning_zh_hant: 完結發票的必填欄位中，已有內容者的比例。
-- meaning_zh_hans: 完结发票的必填字段中，已有内容者的比例。
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: accuracy
-- watch: day
-- targets: 0.99
-- by: forwarder
-- at: settled_at
SELECT sum(required_filled) AS numerator, sum(required_fields) AS denominator
FROM settled_invoices
