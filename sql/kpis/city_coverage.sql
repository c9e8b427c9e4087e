-- title: City coverage
-- title_zh_hant: 城市覆蓋
-- title_zh_hans: 城市覆盖
-- meaning: 1 for a city with a completed invoice; over cities it counts them.
-- unit: count
-- direction: none
-- owner: scm
-- topic: invoices
-- at: settled_at
SELECT count(DISTINCT city) FILTER (WHERE completed) AS numerator, 1 AS denominator
FROM settled_invoices
