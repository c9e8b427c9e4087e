-- title: Platform availability
-- title_zh_hant: 平台可用率
-- title_zh_hans: 平台可用率
-- meaning: Share of minutes in which the platform answered queries and took events in; a minute that nobody recorded counts as bad.
-- meaning_zh_hant: 平台能應答查詢並接收事件的分鐘佔比；無記錄的分鐘視為不可用。
-- meaning_zh_hans: 平台能应答查询并接收事件的分钟占比；无记录的分钟视为不可用。
-- unit: ratio
-- direction: up
-- owner: sre
-- topic: platform
-- watch: day
-- targets: 0.999
-- at: at
SELECT sum(good) AS numerator, sum(minutes) AS denominator
FROM platform_hours
WHERE at <= now()
