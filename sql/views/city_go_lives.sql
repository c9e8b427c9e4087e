-- meaning: When each city went live: the local day of its first invoice.
-- column city: the city
-- column go_live: that day
SELECT city, local_day(min(time), city) AS go_live
FROM invoice_events
WHERE type = 'invoice.received'
GROUP BY city
