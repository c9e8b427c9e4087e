-- title: Features per user
-- title_zh_hant: 人均使用功能數
-- title_zh_hans: 人均使用功能数
-- meaning: How many different features an active user used, on average.
-- meaning_zh_hant: 平均每名活躍用戶使用的不同功能數。
-- meaning_zh_hans: 平均每名活跃用户使用的不同功能数。
-- unit: count
-- direction: up
-- owner: product
-- topic: users
-- grains: day month
-- at: at
SELECT count(DISTINCT concat(user_id, chr(31), feature)) FILTER (WHERE feature IS NOT NULL) AS numerator, count(DISTINCT user_id) AS denominator
FROM feature_days
