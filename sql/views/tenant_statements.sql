-- meaning: What each customer used of each meter in each month, against its plan: what an outside system charges beyond it. A customer's own plan goes before the one of everybody; where a plan names a meter that was not used, its row says 0.
-- column month: the month by the local clock of each city, YYYY-MM
-- column tenant: the customer
-- column meter: what is metered
-- column used: how much was used, in the meter's unit; null for storage.bytes, which is a reading
-- column included: how much of it the plan includes; null without a plan
-- column over: how much was used beyond that; all of it without a plan
-- column quota: the most that may be used; null where nothing is limited
-- column quota_used: used by quota; 1 is all of it
-- column status: exceeded (above the quota), over (above what is included), within, no_plan, or unknown where nothing adds up
-- column unit_price: price of one unit in the month; null without a price, and where there were several: tenant_usage has them
-- column over_amount: over times unit_price, 9 digits after the point
-- column currency: currency of the price
WITH usage AS (
  SELECT month, tenant, meter, sum(quantity) AS used, count(DISTINCT coalesce(CAST(unit_price AS VARCHAR), 'none')) AS num_prices,
    count(DISTINCT coalesce(currency, 'none')) AS num_currencies, min(unit_price) AS unit_price, min(currency) AS currency
  FROM tenant_usage
  GROUP BY month, tenant, meter
), months AS (
  SELECT DISTINCT month FROM usage
), unused AS (
  SELECT m.month, p.tenant, p.meter
  FROM months m
  JOIN tenant_plans p ON m.month >= p.valid_from AND (p.valid_until IS NULL OR m.month < p.valid_until)
  LEFT JOIN usage u ON u.month = m.month AND u.tenant = p.tenant AND u.meter = p.meter
  WHERE p.tenant IS NOT NULL AND u.tenant IS NULL
), used AS (
  SELECT month, tenant, meter, used, CASE WHEN num_prices = 1 AND num_currencies = 1 THEN unit_price END AS unit_price, currency
  FROM usage
  UNION ALL
  SELECT month, tenant, meter, 0 AS used, CAST(NULL AS DECIMAL(27, 9)) AS unit_price, CAST(NULL AS VARCHAR) AS currency
  FROM unused
), planned AS (
  SELECT u.month, u.tenant, u.meter, CAST(u.used AS DECIMAL(28, 9)) AS used, u.unit_price,
    CASE WHEN u.unit_price IS NOT NULL THEN u.currency END AS currency,
    CASE WHEN o.meter IS NOT NULL THEN o.included ELSE e.included END AS included,
    CASE WHEN o.meter IS NOT NULL THEN o.quota ELSE e.quota END AS quota
  FROM used u
  LEFT JOIN tenant_plans o ON o.tenant = u.tenant AND o.meter = u.meter
    AND u.month >= o.valid_from AND (o.valid_until IS NULL OR u.month < o.valid_until)
  LEFT JOIN tenant_plans e ON e.tenant IS NULL AND e.meter = u.meter
    AND u.month >= e.valid_from AND (e.valid_until IS NULL OR u.month < e.valid_until)
), charged AS (
  SELECT *, CASE WHEN included IS NULL THEN used WHEN used > included THEN CAST(used - included AS DECIMAL(28, 9))
    WHEN used IS NOT NULL THEN 0 END AS over
  FROM planned
)
SELECT month, tenant, meter, used, included, over, quota, CAST(used / quota AS DECIMAL(38, 4)) AS quota_used,
  CASE WHEN used IS NULL THEN 'unknown' WHEN used > quota THEN 'exceeded' WHEN included IS NULL THEN 'no_plan' WHEN over > 0 THEN 'over' ELSE 'within' END AS status,
  unit_price, CAST(over * unit_price AS DECIMAL(38, 9)) AS over_amount, currency
FROM charged
