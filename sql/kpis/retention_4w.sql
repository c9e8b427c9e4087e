-- title: Retention, week 4
-- title_zh_hant: 第 4 週留存率
-- title_zh_hans: 第 4 周留存率
-- meaning: Of the users whose first activity lies in the week that starts on that day, the share that was active 4 weeks later. Counted once that week is over.
-- meaning_zh_hant: 首次活動在該日起之一週內的用戶，4 週後再有活動的比例。該週結束後方計算。
-- meaning_zh_hans: 首次活动在该日起之一周内的用户，4 周后再有活动的比例。该周结束后方计算。
-- unit: ratio
-- direction: up
-- owner: product
-- topic: retention
-- grains: day month
-- at: at
SELECT count(*) FILTER (WHERE nth = 4 AND active) AS numerator, count(*) FILTER (WHERE nth = 4) AS denominator
FROM user_retention
