-- meaning: How long each device was registered and how long online, by local day.
-- history: whole
-- column device_id: the device
-- column city: its city
-- column day: the local day
-- column at: when that day starts in the city
-- column registered_ms: milliseconds since its first sign of life, within the day
-- column online_ms: milliseconds online, within the day
WITH changes AS (
  SELECT device_id, city, time, type, event_id, source FROM session_events
  WHERE device_id IS NOT NULL AND type IN ('device.registered', 'device.online', 'device.offline')
), spans AS (
  SELECT device_id, city, time AS from_at, type = 'device.online' AS online,
    coalesce(lead(time) OVER (PARTITION BY device_id ORDER BY time, event_id, source), last_at) AS until_at
  FROM changes
  CROSS JOIN last_events
), days AS (
  SELECT device_id, city, online, from_at, until_at,
    CAST(unnest(generate_series(CAST(local_day(from_at, city) AS TIMESTAMP), CAST(local_day(until_at, city) AS TIMESTAMP),
      INTERVAL '1 day')) AS DATE) AS day
  FROM spans
  WHERE until_at > from_at
), parts AS (
  SELECT device_id, city, online, day, micros_between(greatest(from_at, day_start(day, city)),
    least(until_at, day_start(CAST(day + INTERVAL '1 day' AS DATE), city))) AS micros
  FROM days
)
SELECT device_id, city, day, day_start(day, city) AS at, sum(micros) / 1000 AS registered_ms,
  sum(CASE WHEN online THEN micros ELSE 0 END) / 1000 AS online_ms
FROM parts
GROUP BY device_id, city, day
