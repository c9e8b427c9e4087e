-- p50, p95, p99 of latency by hour and service, 7 d
SELECT {hour} AS bucket, service, {p50} AS p50, {p95} AS p95, {p99} AS p99
FROM usage_events
WHERE time >= {d7} AND time < {d0} AND latency_ms IS NOT NULL {m7}
GROUP BY 1, 2
