-- meaning: What was used of services and storage on each local day: what capacity is planned from, and the ends of budgets' months; no KPIs.
-- column series: ai_calls, api_requests, storage_bytes, or cost_hkd: and a budget's category (cost_hkd:llm; ai itself is the KPI ai_cost_hkd), as in forecasts
-- column city: the city that caused it; what is shared is not in here
-- column day: the local day
-- column value: calls, requests, the bytes that were stored when they were last read on that day, or HKD at the day's rate
SELECT 'ai_calls' AS series, city, day, CAST(sum(quantity) AS DOUBLE) AS value
FROM usage_days
WHERE meter IN ('di.calls', 'llm.calls') AND city IS NOT NULL
GROUP BY city, day
UNION ALL
SELECT 'api_requests' AS series, city, day, CAST(sum(quantity) AS DOUBLE) AS value
FROM usage_days
WHERE meter = 'api.requests' AND city IS NOT NULL
GROUP BY city, day
UNION ALL
SELECT 'storage_bytes' AS series, city, day, CAST(last_value(bytes ORDER BY at, event_id) AS DOUBLE) AS value
FROM storage_readings
WHERE bytes IS NOT NULL AND city IS NOT NULL
GROUP BY city, day
UNION ALL
SELECT 'cost_hkd:' || m.category AS series, m.city, m.day, CAST(sum(m.cost * r.hkd) AS DOUBLE) AS value
FROM metered_costs m
JOIN exchange_rates r ON r.currency = m.currency AND r.valid_from <= m.day AND (r.valid_until IS NULL OR r.valid_until > m.day)
WHERE m.category <> 'ai'
GROUP BY m.category, m.city, m.day
