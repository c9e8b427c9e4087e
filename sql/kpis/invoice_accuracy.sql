-- title: AI accuracy by invoice
-- title_zh_hant: AI 發票準確率
-- title_zh_hans: AI 发票准确率
-- meaning: Share of settled invoices without any correction.
-- meaning_zh_hant: 完結發票中，未經任何更正者的比例。
-- meaning_zh_hans: 完结发票中，未经任何更正者的比例。
-- unit: ratio
-- direction: up
-- owner: ai
-- topic: accuracy
-- watch: day
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE fields_corrected = 0) AS numerator, count(*) AS denominator
FROM settled_invoices
