-- title: AI processing time, p95
-- title_zh_hant: AI 處理時間 p95
-- title_zh_hans: AI 处理时间 p95
-- meaning: OCR and extraction together took no longer for nineteen of twenty completed invoices.
-- meaning_zh_hant: 每二十張完成的發票中，十九張的 OCR 與擷取合計耗時不超過此值。
-- meaning_zh_hans: 每二十张完成的发票中，十九张的 OCR 与提取合计耗时不超过此值。
-- unit: ms
-- direction: down
-- owner: ai
-- topic: ai
-- targets: 30000
-- by: forwarder
-- at: settled_at
SELECT percentile(processing_ms, 0.95) AS numerator, 1 AS denominator
FROM settled_invoices
