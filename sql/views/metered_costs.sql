-- meaning: What the platform's meters counted of what a city has a budget for, by local day; the budget may be of any month.
-- column city: the city
-- column category: category of the budget: a meter (llm.tokens_in), the meters that begin so (llm), a service, ai for di and llm together, or usage for all
-- column day: the local day
-- column currency: currency of the cost
-- column cost: what it cost, in that currency
SELECT b.city, b.category, u.day, u.currency, sum(u.cost) AS cost
FROM (SELECT DISTINCT city, category FROM budgets) b
JOIN usage_days u ON u.city = b.city
WHERE u.currency IS NOT NULL
  AND (b.category IN (u.meter, u.service, split_part(u.meter, '.', 1), 'usage')
    OR (b.category = 'ai' AND split_part(u.meter, '.', 1) IN ('di', 'llm')))
GROUP BY b.city, b.category, u.day, u.currency
