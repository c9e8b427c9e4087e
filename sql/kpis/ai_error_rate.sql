-- title: AI error rate
-- title_zh_hant: AI 錯誤率
-- title_zh_hans: AI 错误率
-- meaning: Share of calls to AI services that did not end well.
-- meaning_zh_hant: 呼叫 AI 服務而未成功的比例。
-- meaning_zh_hans: 调用 AI 服务而未成功的比例。
-- unit: ratio
-- direction: down
-- owner: sre
-- topic: ai
-- watch: hour day
-- at: time
SELECT count(*) FILTER (WHERE status <> 'ok') AS numerator, count(*) AS denominator
FROM usage_events
WHERE meter IN ('di.calls', 'llm.calls')
