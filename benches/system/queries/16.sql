-- LIKE on a text, by hour, 7 d
SELECT {hour} AS bucket, count(*) AS events
FROM invoice_events
WHERE subject LIKE '%77%' AND time >= {d7} AND time < {d0} {m7}
GROUP BY 1
