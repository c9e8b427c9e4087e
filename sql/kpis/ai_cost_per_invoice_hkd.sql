-- title: AI cost per invoice
-- title_zh_hant: 每張發票 AI 成本
-- title_zh_hans: 每张发票 AI 成本
-- meaning: AI cost of the span over the invoices that settled in it.
-- meaning_zh_hant: 該時段的 AI 成本，除以同時段完結的發票數。
-- meaning_zh_hans: 该时段的 AI 成本，除以同时段完结的发票数。
-- unit: hkd
-- direction: down
-- owner: finance
-- topic: ai
-- watch: day
-- targets: 0.50
-- warn: 0.75
-- act: 1
-- at: at
SELECT sum(cost_hkd) AS numerator, sum(settled) AS denominator
FROM ai_costs_and_settlements
