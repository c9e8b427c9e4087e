-- What each forwarder charged on the invoices that settled in the month, by the currency of the charge.
SELECT coalesce(i.forwarder, '?') AS forwarder, c.currency, count(DISTINCT i.invoice_id) AS invoices, count(*) AS charge_lines,
  CAST(sum(c.amount) AS DECIMAL(38, 9)) AS amount,
  CAST(round(CAST(sum(c.amount) AS DECIMAL(38, 13)) / count(*), coalesce(minor_digits(c.currency), 2)) AS DECIMAL(38, 9)) AS mean,
  CAST(CAST(sum(c.amount) AS DECIMAL(38, 13)) / nullif(sum(sum(c.amount)) OVER (PARTITION BY c.currency), 0) AS DECIMAL(38, 9))
    AS share
FROM settled_invoices i
JOIN invoice_charges c ON c.invoice_id = i.invoice_id
WHERE local_month(i.settled_at, i.city) = DATE ':month-01'
GROUP BY coalesce(i.forwarder, '?'), c.currency
ORDER BY c.currency, sum(c.amount) DESC, forwarder
