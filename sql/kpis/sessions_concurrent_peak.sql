-- title: Concurrent sessions, peak
-- title_zh_hant: 同時連線峰值
-- title_zh_hans: 并发连接峰值
-- meaning: Most sessions that ran at once.
-- unit: count
-- direction: none
-- owner: support
-- topic: sessions
-- at: at
SELECT max(running) AS numerator, 1 AS denominator
FROM session_load
