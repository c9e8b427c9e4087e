-- title: Monthly active users
-- title_zh_hant: 月活躍用戶
-- title_zh_hans: 月活跃用户
-- meaning: Users who were active on any local day of the calendar month.
-- meaning_zh_hant: 曆月內任何當地日有活動的用戶數。
-- meaning_zh_hans: 日历月内任何当地日有活动的用户数。
-- unit: count
-- direction: none
-- owner: product
-- topic: users
-- grains: month
-- at: at
SELECT count(DISTINCT user_id) AS numerator, 1 AS denominator
FROM user_days
