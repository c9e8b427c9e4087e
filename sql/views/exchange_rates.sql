-- meaning: What one unit of a currency is in HKD, and when: as finance stated it for a month until it states another; before its first statement the rate that the release brings.
-- column currency: ISO 4217
-- column valid_from: first local day on which it holds
-- column valid_until: first local day on which the next one holds; null where none follows
-- column hkd: HKD for one unit
-- column import: number of the import that stated it; null for a rate of the release
WITH stated AS (
  SELECT e.currency, CAST(e.month || '-01' AS DATE) AS valid_from, e.amount AS hkd, e.import
  FROM finance_entries e
  JOIN (
    SELECT month, currency, max(import) AS import FROM finance_entries WHERE kind = 'rates' GROUP BY month, currency
  ) last ON last.month = e.month AND last.currency = e.currency AND last.import = e.import
  WHERE e.kind = 'rates'
)
SELECT currency, valid_from, lead(valid_from) OVER (PARTITION BY currency ORDER BY valid_from) AS valid_until, hkd, import
FROM stated
UNION ALL
SELECT d.currency, DATE '2015-01-01' AS valid_from, f.first AS valid_until, d.hkd, CAST(NULL AS BIGINT) AS import
FROM default_rates d
LEFT JOIN (SELECT currency, min(valid_from) AS first FROM stated GROUP BY currency) f ON f.currency = d.currency
