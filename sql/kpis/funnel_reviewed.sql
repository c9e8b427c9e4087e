-- title: Funnel: past review
-- title_zh_hant: 漏斗：已過覆核
-- title_zh_hans: 漏斗：已过复核
-- meaning: Share of the invoices received on that day that are extracted by now and, where they were routed to a review, reviewed.
-- meaning_zh_hant: 當日收到的發票中，至今已擷取，且需覆核者已覆核的比例。
-- meaning_zh_hans: 当日收到的发票中，至今已提取，且需复核者已复核的比例。
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: funnel
-- at: received_at
SELECT count(*) FILTER (WHERE route = 'auto' OR (route IS NOT NULL AND reviewed)) AS numerator, count(*) AS denominator
FROM invoice_lives
WHERE received_at IS NOT NULL
