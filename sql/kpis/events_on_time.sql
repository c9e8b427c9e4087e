-- title: Events on time
-- title_zh_hant: 準時到達的事件
-- title_zh_hans: 准时到达的事件
-- meaning: Share of events that were taken in within 15 minutes of when they happened; history that is back-filled does not count.
-- meaning_zh_hant: 發生後 15 分鐘內即被接收的事件比例；回填的歷史資料不計。
-- meaning_zh_hans: 发生后 15 分钟内即被接收的事件比例；回填的历史数据不计。
-- unit: ratio
-- direction: up
-- owner: sre
-- topic: quality
-- warn: 0.95
-- act: 0.80
-- at: time
SELECT count(*) FILTER (WHERE delay_ms <= 900000) AS numerator, count(*) AS denominator
FROM event_arrivals
WHERE is_awaited
