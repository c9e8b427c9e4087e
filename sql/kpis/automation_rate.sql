-- title: Automation rate
-- title_zh_hant: 自動化率
-- title_zh_hans: 自动化率
-- meaning: Share of settled invoices that nobody corrected and that were routed automatically or only confirmed.
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: invoices
-- targets: 0.90 0.92 0.95
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE automation IN ('full', 'assisted')) AS numerator, count(*) AS denominator
FROM settled_invoices
