-- meaning: The users who were active on each local day: by any user event, a review or a correction.
-- column user_id: the user
-- column city: the city
-- column day: the local day
-- column at: their first sign of life on that day
-- kept by: merging at min
SELECT user_id, city, local_day(time, city) AS day, min(time) AS at
FROM (
  SELECT user_id, city, time FROM session_events WHERE type LIKE 'user.%'
  UNION ALL
  SELECT user_id, city, time FROM invoice_events WHERE type IN ('invoice.reviewed', 'invoice.field_corrected')
)
WHERE user_id IS NOT NULL
GROUP BY 1, 2, 3
