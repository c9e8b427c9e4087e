-- title: Manual intervention
-- title_zh_hant: 人工介入率
-- title_zh_hans: 人工介入率
-- meaning: Share of settled invoices that were corrected or fully reviewed.
-- meaning_zh_hant: 完結發票中，經人工更正或全面覆核者的比例。
-- meaning_zh_hans: 完结发票中，经人工更正或全面复核者的比例。
-- unit: ratio
-- direction: down
-- owner: scm
-- topic: invoices
-- targets: 0.10 0.08 0.05
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE fields_corrected > 0 OR fully_reviewed) AS numerator, count(*) AS denominator
FROM settled_invoices
