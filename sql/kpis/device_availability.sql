-- title: Device availability
-- title_zh_hant: 裝置可用率
-- title_zh_hans: 设备可用率
-- meaning: Time that devices were online over the time since they were registered.
-- unit: ratio
-- direction: up
-- owner: support
-- topic: sessions
-- grains: day month
-- at: at
SELECT sum(online_ms) AS numerator, sum(registered_ms) AS denominator
FROM device_days
