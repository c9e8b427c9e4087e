-- title: Stickiness
-- title_zh_hant: 用戶黏性
-- title_zh_hans: 用户黏性
-- meaning: Mean daily active users over monthly active users, over the days of the month on which anyone was active.
-- unit: ratio
-- direction: up
-- owner: product
-- topic: users
-- grains: month
-- at: at
SELECT CAST(count(*) AS DECIMAL(20, 9)) / count(DISTINCT day) AS numerator, count(DISTINCT user_id) AS denominator
FROM user_days
