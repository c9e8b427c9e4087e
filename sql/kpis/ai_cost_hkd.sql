-- title: AI cost
-- title_zh_hant: AI 成本
-- title_zh_hans: AI 成本
-- meaning: Cost of document intelligence and language models, in HKD at the day's rate.
-- meaning_zh_hant: 文件智能與語言模型的費用，按當日匯率折合港元。
-- meaning_zh_hans: 文档智能与语言模型的费用，按当日汇率折合港元。
-- unit: hkd
-- direction: down
-- owner: finance
-- topic: ai
-- forecast: day
-- watch: hour day
-- at: at
SELECT sum(cost_hkd) AS numerator, 1 AS denominator
FROM ai_costs_and_settlements
