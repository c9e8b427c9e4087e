-- title: Invoices with charges
-- title_zh_hant: 含費用發票
-- title_zh_hans: 含费用发票
-- meaning: Share of completed invoices with at least one charge line.
-- unit: ratio
-- direction: up
-- owner: scm
-- topic: accuracy
-- targets: 1
-- by: forwarder
-- at: settled_at
SELECT count(*) FILTER (WHERE completed AND charge_lines > 0) AS numerator, count(*) FILTER (WHERE completed) AS denominator
FROM settled_invoices
