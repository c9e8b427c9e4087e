-- title: Concurrent sessions, peak
-- title_zh_hant: 同時連線峰值
-- title_zh_hans: 并发连接峰值
-- meaning: Most sessions that ran at once.
-- meaning_zh_hant: 同時進行的連線數之最高值。
-- meaning_zh_hans: 同时进行的连接数之最高值。
-- unit: count
-- direction: none
-- owner: support
-- topic: sessions
-- forecast: hour day
-- at: at
SELECT max(running) AS numerator, 1 AS denominator
FROM session_load
