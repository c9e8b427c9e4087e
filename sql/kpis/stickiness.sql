-- title: Stickiness
-- title_zh_hant: 用戶黏性
-- title_zh_hans: 用户黏性
-- meaning: Mean daily active users over monthly active users, over the days of the month on which anyone was active.
-- meaning_zh_hant: 日均活躍用戶除以月活躍用戶；日均只計當月有人活動的日子。
-- meaning_zh_hans: 日均活跃用户除以月活跃用户；日均只计当月有人活动的日子。
-- unit: ratio
-- direction: up
-- owner: product
-- topic: users
-- grains: month
-- at: at
SELECT CAST(count(*) AS DECIMAL(20, 9)) / count(DISTINCT day) AS numerator, count(DISTINCT user_id) AS denominator
FROM user_days
