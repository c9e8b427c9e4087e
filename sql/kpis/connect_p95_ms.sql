-- title: Time to connect, p95
-- title_zh_hant: 連線時間 p95
-- title_zh_hans: 连接时间 p95
-- meaning: Nineteen of twenty of the started sessions took no longer from requested to started.
-- meaning_zh_hant: 每二十次已接通的連線中，十九次由請求至接通的時間不超過此值。
-- meaning_zh_hans: 每二十次已接通的连接中，十九次由请求至接通的时间不超过此值。
-- unit: ms
-- direction: down
-- owner: support
-- topic: sessions
-- at: started_at
SELECT percentile(connect_ms, 0.95) AS numerator, 1 AS denominator
FROM sessions
WHERE started_at IS NOT NULL
