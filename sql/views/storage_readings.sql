-- meaning: Readings of how much is stored.
-- column city: the city whose data it is; null where it is shared
-- column day: the local day
-- column at: when it was read
-- column event_id: the usage event
-- column bytes: how much was stored then
-- kept by: merging bytes max
SELECT city, local_day(time, city) AS day, time AS at, event_id, max(quantity) AS bytes
FROM usage_events
WHERE meter = 'storage.bytes'
GROUP BY 1, 2, 3, 4
