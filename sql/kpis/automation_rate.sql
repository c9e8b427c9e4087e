-- title: Automation rate
-- title_zh_hant: 自動化率
-- title_zh_hans: 自动化率
-- meaning: Share of settled invoices that nobody corrected and that were routed automatically or only confirmed.
-- meaning_zh_hant: 完結發票中，無人更正且由系統自動處理或僅經人工確認者的比例。
-- meaning_zh_hans: 完结发票中，无人更正且由系统自动处理或仅经人工确认者的比例。
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: invoices
-- watch: day
-- targets: 0.90 0.92 0.95
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE automation IN ('full', 'assisted')) AS numerator, count(*) AS denominator
FROM settled_invoices
