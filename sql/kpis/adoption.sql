-- title: Adoption
-- title_zh_hant: 採用率
-- title_zh_hans: 采用率
-- meaning: Users who were active in the month, over those who were enabled at any time in it.
-- meaning_zh_hant: 當月有活動的用戶，佔當月內任何時間已啟用之用戶的比例。
-- meaning_zh_hans: 当月有活动的用户，占当月内任何时间已启用之用户的比例。
-- unit: ratio
-- direction: up
-- owner: product
-- topic: users
-- targets: 1
-- warn: 0.50
-- grains: month
-- at: at
SELECT count(*) FILTER (WHERE active) AS numerator, count(*) AS denominator
FROM enabled_users
