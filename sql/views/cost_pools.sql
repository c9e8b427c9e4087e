-- meaning: What was paid in each month, pool by pool, by the last import that speaks of the month.
-- column month: the month, YYYY-MM
-- column pool: name of the pool
-- column amount: what was paid; negative for a credit
-- column currency: its currency
-- column driver: by what it is split unless the policy says otherwise
-- column import: number of the import
SELECT e.month, e.pool, e.amount, e.currency, e.driver, e.import
FROM finance_entries e
JOIN (
  SELECT month, max(import) AS import FROM finance_entries WHERE kind = 'pools' GROUP BY month
) last ON last.month = e.month AND last.import = e.import
WHERE e.kind = 'pools'
