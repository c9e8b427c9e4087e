-- title: AI processing time, p95
-- title_zh_hant: AI 處理時間 p95
-- title_zh_hans: AI 处理时间 p95
-- meaning: OCR and extraction together took no longer for nineteen of twenty completed invoices.
-- unit: ms
-- direction: down
-- owner: ai
-- topic: ai
-- targets: 30000
-- by: forwarder
-- at: settled_at
SELECT percentile(processing_ms, 0.95) AS numerator, 1 AS denominator
FROM settled_invoices
