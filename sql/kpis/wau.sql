-- title: Weekly active users
-- title_zh_hant: 週活躍用戶
-- title_zh_hans: 周活跃用户
-- meaning: Users who were active on the local day or on one of the 6 days before.
-- meaning_zh_hant: 當地日或之前 6 日內有活動的用戶數。
-- meaning_zh_hans: 当地日或之前 6 日内有活动的用户数。
-- unit: count
-- direction: none
-- owner: product
-- topic: users
-- grains: day
-- at: at
SELECT count(DISTINCT user_id) AS numerator, 1 AS denominator
FROM user_weeks
