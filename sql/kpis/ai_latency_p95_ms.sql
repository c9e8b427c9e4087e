-- title: AI latency, p95
-- title_zh_hant: AI 延遲 p95
-- title_zh_hans: AI 延迟 p95
-- meaning: Nineteen of twenty calls to AI services answered no later.
-- meaning_zh_hant: 每二十次 AI 服務呼叫中，十九次的回應時間不超過此值。
-- meaning_zh_hans: 每二十次 AI 服务调用中，十九次的响应时间不超过此值。
-- unit: ms
-- direction: down
-- owner: sre
-- topic: ai
-- watch: hour day
-- at: time
SELECT percentile(latency_ms, 0.95) AS numerator, 1 AS denominator
FROM usage_events
WHERE meter IN ('di.calls', 'llm.calls')
