-- title: Time to connect, median
-- title_zh_hant: 連線時間中位數
-- title_zh_hans: 连接时间中位数
-- meaning: Half of the started sessions took no longer from requested to started.
-- meaning_zh_hant: 已接通的連線中，半數由請求至接通的時間不超過此值。
-- meaning_zh_hans: 已接通的连接中，半数由请求至接通的时间不超过此值。
-- unit: ms
-- direction: down
-- owner: support
-- topic: sessions
-- at: started_at
SELECT percentile(connect_ms, 0.5) AS numerator, 1 AS denominator
FROM sessions
WHERE started_at IS NOT NULL
