-- title: Mean session length
-- title_zh_hant: 平均連線時長
-- title_zh_hans: 平均连接时长
-- meaning: Mean time from started to ended, by when the session ended.
-- meaning_zh_hant: 連線由接通至結束的平均時間，按結束時間計。
-- meaning_zh_hans: 连接由接通至结束的平均时间，按结束时间计。
-- unit: ms
-- direction: none
-- owner: support
-- topic: sessions
-- at: ended_at
SELECT sum(duration_ms) AS numerator, count(duration_ms) AS denominator
FROM sessions
WHERE ended_at IS NOT NULL
