-- meaning: What the active users of each local day used: a row for each feature, and one without a feature for what they did besides (sign-ins, reviews, corrections).
-- column user_id: the user
-- column city: the city
-- column day: the local day
-- column feature: feature of the product; null for what is none
-- column uses: how often the user used it on that day; 0 where it is no feature
-- column at: when first on that day
-- column last_at: when last on that day
-- kept by: merging at min, last_at max, uses sum
SELECT user_id, city, local_day(time, city) AS day, feature, count(feature) AS uses, min(time) AS at,
  max(time) AS last_at
FROM (
  SELECT user_id, city, time, CASE WHEN type = 'user.activity' THEN feature END AS feature
  FROM session_events WHERE type LIKE 'user.%'
  UNION ALL
  SELECT user_id, city, time, CAST(NULL AS VARCHAR) AS feature
  FROM invoice_events WHERE type IN ('invoice.reviewed', 'invoice.field_corrected')
)
WHERE user_id IS NOT NULL
GROUP BY 1, 2, 3, 4
