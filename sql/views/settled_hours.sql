-- meaning: Invoices that settled in each clock hour of a city.
-- column at: the hour's start
-- column city: the city
-- column invoices: how many settled
SELECT date_trunc('hour', settled_at) AS at, city, count(*) AS invoices
FROM settled_invoices
GROUP BY 1, 2
