-- title: Data completeness
-- title_zh_hant: 資料完整率
-- title_zh_hans: 数据完整率
-- meaning: Share of required fields that are filled, over settled invoices.
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: accuracy
-- targets: 0.99
-- by: forwarder
-- at: settled_at
SELECT sum(required_filled) AS numerator, sum(required_fields) AS denominator
FROM settled_invoices
