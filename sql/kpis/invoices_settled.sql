-- title: Invoices settled
-- title_zh_hant: 完結發票
-- title_zh_hans: 完结发票
-- meaning: Invoices that completed or failed, by when they did so first.
-- meaning_zh_hant: 完成或失敗的發票數，按首次完結時間計。
-- meaning_zh_hans: 完成或失败的发票数，按首次完结时间计。
-- unit: count
-- direction: none
-- owner: scm
-- topic: invoices
-- forecast: day
-- by: forwarder
-- at: settled_at
SELECT count(*) AS numerator, 1 AS denominator
FROM settled_invoices
