-- title: Invoices with charges
-- title_zh_hant: 含費用發票
-- title_zh_hans: 含费用发票
-- meaning: Share of completed invoices with at least one charge line.
-- meaning_zh_hant: 完成的發票中，至少有一行費用者的比例。
-- meaning_zh_hans: 完成的发票中，至少有一行费用者的比例。
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: accuracy
-- targets: 1
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE completed AND charge_lines > 0) AS numerator, count(*) FILTER (WHERE completed) AS denominator
FROM settled_invoices
