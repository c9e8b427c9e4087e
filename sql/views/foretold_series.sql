-- meaning: What is foretold: the KPIs whose header asks for it, and what is used of services and storage.
-- column series: as in forecasts: the KPI, or the series of used_days
-- column title: its name
-- column title_zh_hant: the same in traditional Chinese
-- column title_zh_hans: the same in simplified Chinese
-- column unit: unit of its values
-- column additive: whether the values of cities add up
-- column is_sum: whether the value of a span is the sum of its parts': no share, and no level such as bytes stored
-- column is_kpi: whether what came is in the KPIs' relations; else it is in used_days
SELECT kpi AS series, title, title_zh_hant, title_zh_hans, unit, additive,
  unit IN ('count', 'hkd') AND strpos(formula, ' / ') = 0 AS is_sum, true AS is_kpi
FROM kpis
WHERE forecast <> ''
UNION ALL
SELECT * FROM (VALUES
  ('ai_calls', 'AI calls', 'AI 呼叫', 'AI 调用', 'count', true, true, false),
  ('api_requests', 'Requests to the platform', '平台請求', '平台请求', 'count', true, true, false),
  ('storage_bytes', 'Bytes stored', '已儲存位元組', '已存储字节', 'bytes', true, false, false)
) AS used(series, title, title_zh_hant, title_zh_hans, unit, additive, is_sum, is_kpi)
UNION ALL
SELECT DISTINCT 'cost_hkd:' || category, 'Cost of ' || category, category || ' 的成本', category || ' 的成本', 'hkd', true, true, false
FROM budgets
WHERE category <> 'ai'
