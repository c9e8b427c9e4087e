-- title: User satisfaction (NPS)
-- title_zh_hant: 用戶滿意度（NPS）
-- title_zh_hans: 用户满意度（NPS）
-- meaning: Share of scores 9 and 10 minus share of 0 to 6, in points.
-- meaning_zh_hant: 9 至 10 分的比例減去 0 至 6 分的比例，以分數表示。
-- meaning_zh_hans: 9 至 10 分的比例减去 0 至 6 分的比例，以分数表示。
-- unit: points
-- direction: up
-- owner: product
-- topic: users
-- targets: 30 35 40
-- at: time
SELECT 100 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) AS numerator, count(score) AS denominator
FROM invoice_events
WHERE type = 'feedback.nps'
