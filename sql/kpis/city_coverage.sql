-- title: City coverage
-- title_zh_hant: 城市覆蓋
-- title_zh_hans: 城市覆盖
-- meaning: 1 for a city with a completed invoice; over cities it counts them.
-- meaning_zh_hant: 有完成發票的城市計 1；跨城市加總即為城市數。
-- meaning_zh_hans: 有完成发票的城市计 1；跨城市加总即为城市数。
-- unit: count
-- direction: none
-- owner: scm
-- topic: invoices
-- at: settled_at
SELECT count(DISTINCT city) FILTER (WHERE completed) AS numerator, 1 AS denominator
FROM settled_invoices
