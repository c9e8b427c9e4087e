-- How each pool was split.
SELECT pool, driver, driver AS driver_name, max(driver_total) AS driver_total, count(*) AS parties, billed_amount, billed_currency, method,
  method_version, policy_version
FROM cost_allocation
WHERE month = ':month' AND status <> 'adjustment'
GROUP BY pool, driver, billed_amount, billed_currency, method, method_version, policy_version
ORDER BY min(place)
