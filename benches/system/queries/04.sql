-- hourly count, sum, mean by city, 30 d
SELECT {hour} AS bucket, city, count(*) AS events, sum(pages) AS num_pages, avg(pages) AS mean
FROM invoice_events
WHERE time >= {d30} AND time < {d0} {m30}
GROUP BY 1, 2
