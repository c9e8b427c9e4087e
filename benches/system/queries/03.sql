-- 5 minutes' buckets, one city, 6 h
SELECT {five_minutes} AS bucket, count(*) AS events, sum(pages) AS num_pages
FROM invoice_events
WHERE city = '{city}' AND time >= {h18} AND time < {h12} {m1}
GROUP BY 1
