-- What was paid against what was split, pool by pool. Tolerance: what was converted was rounded once, to the policy's unit.
WITH pools AS (
  SELECT pool, billed_amount, billed_currency, currency, policy_version, min(place) AS place,
    sum(CASE WHEN city NOT IN ('unallocated', 'idle') THEN amount END) AS allocated,
    sum(CASE city WHEN 'unallocated' THEN amount END) AS unallocated, sum(CASE city WHEN 'idle' THEN amount END) AS idle,
    sum(amount) AS total
  FROM cost_allocation
  WHERE month = ':month' AND status <> 'adjustment'
  GROUP BY pool, billed_amount, billed_currency, currency, policy_version
), units AS (
  SELECT version, max(regexp_match(document, '(?m)^rounding_unit *= *"([0-9.]+)"')[1]) AS unit
  FROM allocation_policies
  GROUP BY version
), converted AS (
  SELECT p.*, b.hkd AS hkd_rate, CASE WHEN p.billed_currency <> p.currency THEN coalesce(u.unit, '0.01') END AS unit,
    CASE WHEN p.billed_currency = p.currency THEN p.billed_amount
      ELSE CAST(CAST(p.billed_amount * b.hkd AS DECIMAL(38, 9)) / a.hkd AS DECIMAL(38, 9)) END AS billed
  FROM pools p
  LEFT JOIN month_rates b ON b.currency = p.billed_currency
  LEFT JOIN month_rates a ON a.currency = p.currency
  LEFT JOIN units u ON u.version = p.policy_version
)
SELECT pool, billed_amount, billed_currency, hkd_rate, billed, CAST(coalesce(allocated, 0) AS DECIMAL(38, 9)) AS allocated,
  CAST(coalesce(unallocated, 0) AS DECIMAL(38, 9)) AS unallocated, CAST(coalesce(idle, 0) AS DECIMAL(38, 9)) AS idle,
  CAST(total AS DECIMAL(38, 9)) AS total, CAST(total - billed AS DECIMAL(38, 9)) AS difference,
  CAST(coalesce(CAST(unit AS DECIMAL(38, 9)) / 2, 0) AS DECIMAL(38, 9)) AS tolerance, currency
FROM converted
ORDER BY place
