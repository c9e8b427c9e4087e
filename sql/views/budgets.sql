-- meaning: What each city may spend in a month, by the last import that speaks of the month.
-- column month: the month, YYYY-MM
-- column city: the city
-- column category: what it is for: a pool, or a name of finance's own
-- column amount: what may be spent
-- column currency: its currency
-- column import: number of the import
SELECT e.month, e.city, e.category, e.amount, e.currency, e.import
FROM finance_entries e
JOIN (
  SELECT month, max(import) AS import FROM finance_entries WHERE kind = 'budgets' GROUP BY month
) last ON last.month = e.month AND last.import = e.import
WHERE e.kind = 'budgets'
