-- meaning: The tickets that were open at the end of each local day: opened by then, and neither resolved nor closed.
-- history: whole
-- column ticket_id: the ticket
-- column city: the city
-- column priority: its priority
-- column day: the local day
-- column at: when that day starts in the city
SELECT ticket_id, city, priority, CAST(day AS DATE) AS day, day_start(CAST(day AS DATE), city) AS at
FROM (
  SELECT ticket_id, city, priority, unnest(generate_series(
    CAST(local_day(opened_at, city) AS TIMESTAMP),
    CASE WHEN coalesce(resolved_at, closed_at) IS NULL THEN CAST(local_day(last_at, city) AS TIMESTAMP)
      ELSE CAST(local_day(least(coalesce(resolved_at, closed_at), coalesce(closed_at, resolved_at)), city) AS TIMESTAMP)
        - INTERVAL '1 day' END,
    INTERVAL '1 day')) AS day
  FROM tickets
  CROSS JOIN last_events
  WHERE opened_at IS NOT NULL
)
