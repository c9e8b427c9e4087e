-- title: Users of features
-- title_zh_hant: 功能使用率
-- title_zh_hans: 功能使用率
-- meaning: Share of the active users who used at least one feature of the product; the view feature_days has it by feature.
-- meaning_zh_hant: 活躍用戶中，至少使用過一項產品功能者的比例；各功能見檢視 feature_days。
-- meaning_zh_hans: 活跃用户中，至少使用过一项产品功能者的比例；各功能见视图 feature_days。
-- unit: ratio
-- direction: up
-- owner: product
-- topic: users
-- grains: day month
-- at: at
SELECT count(DISTINCT user_id) FILTER (WHERE feature IS NOT NULL) AS numerator, count(DISTINCT user_id) AS denominator
FROM feature_days
