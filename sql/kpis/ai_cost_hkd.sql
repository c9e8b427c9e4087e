-- title: AI cost
-- title_zh_hant: AI 成本
-- title_zh_hans: AI 成本
-- meaning: Cost of document intelligence and language models, in HKD at the day's rate.
-- unit: hkd
-- direction: down
-- owner: finance
-- topic: ai
-- at: at
SELECT sum(cost_hkd) AS numerator, 1 AS denominator
FROM ai_costs_and_settlements
