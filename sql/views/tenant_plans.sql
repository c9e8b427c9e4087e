-- meaning: What each customer's plan includes and allows of each meter in a month; of several imports of one row the last.
-- column tenant: the customer; null for those that have no row of their own for the meter
-- column meter: what is metered
-- column valid_from: first month for which it holds, YYYY-MM
-- column valid_until: first month for which the next one holds; null where none follows
-- column included: quantity of a month that the plan includes, in the meter's unit
-- column quota: the most that may be used in a month; null where nothing is limited
-- column import: number of the import
WITH last AS (
  SELECT tenant, meter, month, amount, quota, import,
    row_number() OVER (PARTITION BY tenant, meter, month ORDER BY import DESC) AS age
  FROM finance_entries
  WHERE kind = 'plans'
)
SELECT tenant, meter, month AS valid_from, lead(month) OVER (PARTITION BY tenant, meter ORDER BY month) AS valid_until,
  amount AS included, quota, import
FROM last
WHERE age = 1
