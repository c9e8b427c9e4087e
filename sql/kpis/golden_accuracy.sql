-- title: Accuracy on the golden set
-- title_zh_hant: 黃金集準確率
-- title_zh_hans: 黄金集准确率
-- meaning: Share of fields of the golden documents that extraction reads correctly.
-- meaning_zh_hant: 黃金集文件的欄位中，擷取正確者的比例。
-- meaning_zh_hans: 黄金集文档的字段中，提取正确者的比例。
-- unit: ratio
-- direction: up
-- owner: ai
-- topic: accuracy
-- targets: 0.90 0.92 0.95
-- at: time
SELECT sum(correct) AS numerator, sum(golden_fields) AS denominator
FROM invoice_events
WHERE type = 'golden.evaluated'
