-- title: Funnel: extracted
-- title_zh_hant: 漏斗：已擷取
-- title_zh_hans: 漏斗：已提取
-- meaning: Share of the invoices received on that day whose content has been extracted by now.
-- meaning_zh_hant: 當日收到的發票中，至今已擷取內容者的比例。
-- meaning_zh_hans: 当日收到的发票中，至今已提取内容者的比例。
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: funnel
-- at: received_at
SELECT count(*) FILTER (WHERE route IS NOT NULL) AS numerator, count(*) AS denominator
FROM invoice_lives
WHERE received_at IS NOT NULL
