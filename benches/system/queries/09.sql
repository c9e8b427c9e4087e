-- error rate by minute, 24 h
SELECT {minute} AS bucket, CAST(count(*) FILTER (WHERE status <> 'ok') AS DOUBLE) / count(*) AS share
FROM usage_events
WHERE time >= {d1} AND time < {d0} AND meter IN ('di.calls', 'llm.calls') {m1}
GROUP BY 1
