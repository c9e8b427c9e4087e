-- week over week and mean of 7 days by city
SELECT bucket, city, events, events - lag({nullable_events}, 7) OVER (PARTITION BY city ORDER BY bucket) AS change,
  avg(events) OVER (PARTITION BY city ORDER BY bucket ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS mean
FROM (SELECT {day} AS bucket, city, count(*) AS events FROM invoice_events WHERE time < {d0} GROUP BY 1, 2) d
