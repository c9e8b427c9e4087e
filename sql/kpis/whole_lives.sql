-- title: Invoices with a whole life
-- title_zh_hant: 流程完整的發票
-- title_zh_hans: 流程完整的发票
-- meaning: Share of completed invoices of which everything arrived that comes before: received, classified, extracted.
-- meaning_zh_hant: 已完成發票中，收件、分類、擷取等前置事件均已到達者的比例。
-- meaning_zh_hans: 已完成发票中，收件、分类、提取等前置事件均已到达者的比例。
-- unit: ratio
-- direction: up
-- owner: sre
-- topic: quality
-- warn: 0.99
-- act: 0.95
-- at: completed_at
SELECT count(*) FILTER (WHERE received_at IS NOT NULL AND forwarder IS NOT NULL AND route IS NOT NULL) AS numerator,
  count(*) AS denominator
FROM invoice_lives
WHERE completed_at IS NOT NULL
