-- meaning: What was used on each local day and what it cost, by who used what.
-- column city: the city that caused it; null where it is shared
-- column tenant: customer, where one is concerned
-- column day: the local day
-- column meter: what was metered
-- column service: service that was used
-- column model: model that was used, where one is named
-- column currency: currency of the cost; null where it cost nothing
-- column uses: events of usage
-- column failures: those whose service did not answer well
-- column quantity: how much, in the meter's unit; null for storage.bytes, which is a reading and adds up to nothing
-- column cost: what it cost, in that currency
-- column at: when first on that day
-- column last_at: when last on that day
-- kept by: merging at min, last_at max, uses sum, failures sum, quantity sum, cost sum
SELECT city, tenant, local_day(time, city) AS day, meter, service, model, currency, count(*) AS uses,
  count(*) FILTER (WHERE status <> 'ok') AS failures,
  CAST(sum(CASE WHEN meter <> 'storage.bytes' THEN quantity END) AS DECIMAL(38, 9)) AS quantity,
  CAST(coalesce(sum(cost), 0) AS DECIMAL(38, 9)) AS cost, min(time) AS at, max(time) AS last_at
FROM usage_events
GROUP BY 1, 2, 3, 4, 5, 6, 7
