-- cost allocation: usage by rate card and cost centre, by tenant and month
SELECT {month} AS month, u.tenant, c.centre, sum(CAST(u.quantity AS DOUBLE) * r.rate) AS cost, count(*) AS events
FROM usage_events u
JOIN {rates} ON r.meter = u.meter AND u.time >= r.valid_from AND u.time < r.valid_until
JOIN {centres} ON c.city = u.city
GROUP BY 1, 2, 3
