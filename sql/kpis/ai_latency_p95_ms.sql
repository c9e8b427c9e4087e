-- title: AI latency, p95
-- title_zh_hant: AI 延遲 p95
-- title_zh_hans: AI 延迟 p95
-- meaning: Nineteen of twenty calls to AI services answered no later.
-- unit: ms
-- direction: down
-- owner: sre
-- topic: ai
-- at: time
SELECT percentile(latency_ms, 0.95) AS numerator, 1 AS denominator
FROM usage_events
WHERE meter IN ('di.calls', 'llm.calls')
