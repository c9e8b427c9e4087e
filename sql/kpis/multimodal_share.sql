-- title: Multimodal share
-- title_zh_hant: 多模態佔比
-- title_zh_hans: 多模态占比
-- meaning: Share of extracted invoices that needed the multimodal model.
-- meaning_zh_hant: 已擷取的發票中，需使用多模態模型者的比例。
-- meaning_zh_hans: 已提取的发票中，需使用多模态模型者的比例。
-- unit: ratio
-- direction: down
-- owner: ai
-- topic: ai
-- watch: day
-- targets: 0.20
-- warn: 0.30
-- act: 0.50
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE multimodal) AS numerator, count(multimodal) AS denominator
FROM settled_invoices
