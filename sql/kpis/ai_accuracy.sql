-- title: AI accuracy by field
-- title_zh_hant: AI 欄位準確率
-- title_zh_hans: AI 字段准确率
-- meaning: Share of extracted fields of settled invoices that no person corrected, exceptions included.
-- meaning_zh_hant: 完結發票的已擷取欄位中，未經人工更正者的比例（例外更正亦計入）。
-- meaning_zh_hans: 完结发票的已提取字段中，未经人工更正者的比例（例外更正亦计入）。
-- unit: ratio
-- direction: up
-- owner: ai
-- topic: accuracy
-- watch: day
-- targets: 0.90 0.92 0.95
-- warn: 0.80
-- act: 0.70
-- by: forwarder
-- at: settled_at
SELECT sum(fields_extracted) - sum(fields_corrected) FILTER (WHERE fields_extracted IS NOT NULL) AS numerator, sum(fields_extracted) AS denominator
FROM settled_invoices
