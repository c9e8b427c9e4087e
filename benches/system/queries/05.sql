-- daily cost by city, service, currency, 12 months
SELECT {day} AS bucket, city, service, currency, sum(cost) AS total
FROM usage_events
WHERE time >= {d365} AND time < {d0} AND cost IS NOT NULL {m365}
GROUP BY 1, 2, 3, 4
