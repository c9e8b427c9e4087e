-- title: Invoices received
-- title_zh_hant: 收到發票
-- title_zh_hans: 收到发票
-- meaning: Invoices that arrived, by when they were received.
-- meaning_zh_hant: 收到的發票數，按收件時間計。
-- meaning_zh_hans: 收到的发票数，按收件时间计。
-- unit: count
-- direction: none
-- owner: scm
-- topic: invoices
-- forecast: hour day
-- watch: hour day
-- by: forwarder
-- at: received_at
SELECT count(*) AS numerator, 1 AS denominator
FROM invoice_lives
WHERE received_at IS NOT NULL
