-- title: Daily active users
-- title_zh_hant: 日活躍用戶
-- title_zh_hans: 日活跃用户
-- meaning: Users with any user event, review or correction on the local day.
-- meaning_zh_hant: 當地日內有任何用戶事件、覆核或更正的用戶數。
-- meaning_zh_hans: 当地日内有任何用户事件、复核或更正的用户数。
-- unit: count
-- direction: none
-- owner: product
-- topic: users
-- forecast: day
-- watch: day
-- grains: day
-- at: at
SELECT count(DISTINCT user_id) AS numerator, 1 AS denominator
FROM user_days
