-- title: Adoption
-- title_zh_hant: 採用率
-- title_zh_hans: 采用率
-- meaning: Users who were active in the month, over those who were enabled at any time in it.
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
