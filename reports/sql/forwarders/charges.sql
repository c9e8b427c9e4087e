-- One kind of charge, forwarder beside forwarder: what a line of it costs, against the mean of all forwarders. Means are shown
-- to what can be paid in the currency and compared as they are.
WITH lines AS (
  SELECT coalesce(i.forwarder, '?') AS forwarder, c.code AS charge, c.currency, count(*) AS charge_lines,
    sum(c.amount) AS amount, min(c.amount) AS lowest, max(c.amount) AS highest
  FROM settled_invoices i
  JOIN invoice_charges c ON c.invoice_id = i.invoice_id
  WHERE local_month(i.settled_at, i.city) = DATE ':month-01'
  GROUP BY coalesce(i.forwarder, '?'), c.code, c.currency
), compared AS (
  SELECT *, CAST(CAST(amount AS DECIMAL(38, 13)) / charge_lines AS DECIMAL(38, 9)) AS exact,
    CAST(CAST(sum(amount) OVER (PARTITION BY charge, currency) AS DECIMAL(38, 13))
      / sum(charge_lines) OVER (PARTITION BY charge, currency) AS DECIMAL(38, 9)) AS exact_of_all
  FROM lines
)
SELECT charge, currency, forwarder, charge_lines, CAST(amount AS DECIMAL(38, 9)) AS amount,
  CAST(round(exact, coalesce(minor_digits(currency), 2)) AS DECIMAL(38, 9)) AS mean,
  CAST(round(exact_of_all, coalesce(minor_digits(currency), 2)) AS DECIMAL(38, 9)) AS mean_of_all,
  CAST(CAST(exact - exact_of_all AS DECIMAL(38, 13)) / nullif(exact_of_all, 0) AS DECIMAL(38, 9)) AS above_mean,
  CAST(lowest AS DECIMAL(38, 9)) AS lowest, CAST(highest AS DECIMAL(38, 9)) AS highest
FROM compared
ORDER BY charge, currency, exact, forwarder
