-- title: Device availability
-- title_zh_hant: 裝置可用率
-- title_zh_hans: 设备可用率
-- meaning: Time that devices were online over the time since they were registered.
-- meaning_zh_hant: 裝置在線時間，佔其登記後時間的比例。
-- meaning_zh_hans: 设备在线时间，占其登记后时间的比例。
-- unit: ratio
-- direction: up
-- owner: support
-- topic: sessions
-- watch: day
-- grains: day month
-- at: at
SELECT sum(online_ms) AS numerator, sum(registered_ms) AS denominator
FROM device_days
