-- What a unit of each currency is in HKD for the month: as its pack froze it, or, while it is open, as finance stated it
-- or the release brings it.
SELECT currency, hkd, 'pack' AS source, CAST(NULL AS DATE) AS valid_from, CAST(NULL AS BIGINT) AS import
FROM (
  SELECT split_part(line, ',', 1) AS month, split_part(line, ',', 2) AS currency,
    TRY_CAST(split_part(line, ',', 3) AS DECIMAL(27, 9)) AS hkd
  FROM (
    SELECT unnest(string_to_array(f.content, chr(10))) AS line
    FROM finance_closes f
    JOIN month_closes c ON c.month = f.month AND c.close_id = f.pack
    WHERE c.month = ':month' AND c.status = 'closed' AND f.kind = 'prepare' AND f.file = 'rates.csv'
  ) lines
) frozen
WHERE month = ':month'
UNION
SELECT r.currency, r.hkd, CASE WHEN r.import IS NULL THEN 'release' ELSE 'stated' END AS source, r.valid_from, r.import
FROM exchange_rates r
LEFT JOIN month_closes c ON c.month = ':month' AND c.status = 'closed'
WHERE c.month IS NULL AND r.valid_from <= DATE ':month-01' AND (r.valid_until IS NULL OR r.valid_until > DATE ':month-01')
