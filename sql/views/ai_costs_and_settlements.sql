-- meaning: What AI services cost, and the invoices that settled, side by side, each at its own time.
-- column at: when it was used, or settled
-- column city: the city; null where the cost is shared
-- column cost_hkd: cost in HKD; null for a settled invoice
-- column settled: 1 for a settled invoice; null for a cost
SELECT time AS at, city, cost_hkd, CAST(NULL AS BIGINT) AS settled
FROM usage_costs
WHERE meter LIKE 'di.%' OR meter LIKE 'llm.%'
UNION ALL
SELECT settled_at AS at, city, CAST(NULL AS DECIMAL(27, 9)) AS cost_hkd, 1 AS settled
FROM settled_invoices
