-- meaning: What was used of services and storage on each local day: what capacity is planned from, and no KPI.
-- column series: ai_calls, api_requests or storage_bytes, as in forecasts
-- column city: the city that caused it; what is shared is not in here
-- column day: the local day
-- column value: calls, requests, or the bytes that were stored when they were last read on that day
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
