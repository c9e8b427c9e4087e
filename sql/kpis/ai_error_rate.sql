-- title: AI error rate
-- title_zh_hant: AI 錯誤率
-- title_zh_hans: AI 错误率
-- meaning: Share of calls to AI services that did not end well.
-- unit: ratio
-- direction: down
-- owner: sre
-- topic: ai
-- at: time
SELECT count(*) FILTER (WHERE status <> 'ok') AS numerator, count(*) AS denominator
FROM usage_events
WHERE meter IN ('di.calls', 'llm.calls')
