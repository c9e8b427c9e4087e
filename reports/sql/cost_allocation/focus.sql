-- The month's allocation by the columns of FOCUS 1.2, with those of 1.3 for allocated charges: one row a part of a pool.
-- An internal charge has no list or contracted price of its own, so all four costs are what is borne. The first of the
-- month in UTC stands for the local month of each city.
SELECT a.amount AS "BilledCost", 'group' AS "BillingAccountId", 'Group' AS "BillingAccountName",
  'Group' AS "BillingAccountType", a.currency AS "BillingCurrency",
  CAST(CAST(DATE ':month-01' + INTERVAL '1 month' AS DATE) AS VARCHAR) || 'T00:00:00Z' AS "BillingPeriodEnd",
  ':month-01T00:00:00Z' AS "BillingPeriodStart", CAST(NULL AS VARCHAR) AS "CapacityReservationId",
  CAST(NULL AS VARCHAR) AS "CapacityReservationStatus",
  CASE WHEN a.billed_amount < 0 THEN 'Credit' ELSE 'Usage' END AS "ChargeCategory",
  CASE WHEN a.status = 'adjustment' THEN 'Correction' END AS "ChargeClass",
  a.pool || coalesce(' by ' || a.driver, ', adjustment of ' || a.period) AS "ChargeDescription",
  'Usage-Based' AS "ChargeFrequency",
  CAST(CAST(CAST(a.period || '-01' AS DATE) + INTERVAL '1 month' AS DATE) AS VARCHAR) || 'T00:00:00Z' AS "ChargePeriodEnd",
  a.period || '-01T00:00:00Z' AS "ChargePeriodStart",
  CAST(NULL AS VARCHAR) AS "CommitmentDiscountCategory", CAST(NULL AS VARCHAR) AS "CommitmentDiscountId",
  CAST(NULL AS VARCHAR) AS "CommitmentDiscountName", CAST(NULL AS VARCHAR) AS "CommitmentDiscountQuantity",
  CAST(NULL AS VARCHAR) AS "CommitmentDiscountStatus", CAST(NULL AS VARCHAR) AS "CommitmentDiscountType",
  CAST(NULL AS VARCHAR) AS "CommitmentDiscountUnit", a.measured AS "ConsumedQuantity", a.driver AS "ConsumedUnit",
  a.amount AS "ContractedCost", CAST(NULL AS VARCHAR) AS "ContractedUnitPrice", a.amount AS "EffectiveCost",
  a.close_id AS "InvoiceId", 'Tidemark' AS "InvoiceIssuer", a.amount AS "ListCost", CAST(NULL AS VARCHAR) AS "ListUnitPrice",
  'Other' AS "PricingCategory", a.billed_currency AS "PricingCurrency", a.driver_quantity AS "PricingQuantity",
  a.driver AS "PricingUnit", 'Tidemark' AS "Provider", 'Tidemark' AS "Publisher",
  c.region AS "RegionId", c.region AS "RegionName", a.pool AS "ResourceId", a.pool AS "ResourceName",
  'Cost pool' AS "ResourceType", 'Other' AS "ServiceCategory", a.pool AS "ServiceName", 'Other (Other)' AS "ServiceSubcategory",
  a.pool AS "SkuId", a.driver AS "SkuMeter", a.pool AS "SkuPriceId", a.city AS "SubAccountId",
  coalesce(c.:city_name, a.city) AS "SubAccountName", CASE WHEN c.city IS NULL THEN 'Party' ELSE 'City' END AS "SubAccountType",
  CAST(NULL AS VARCHAR) AS "Tags",
  CASE WHEN a.driver IS NOT NULL THEN a.pool END AS "AllocatedResourceId",
  CASE WHEN a.driver IS NOT NULL THEN a.pool END AS "AllocatedResourceName",
  a.method || '/' || CAST(a.method_version AS VARCHAR) AS "AllocatedMethodId",
  '{"Elements":[{"AllocatedRatio":' || CAST(a.ratio AS VARCHAR) || ',"UsageUnit":"' || a.driver || '","UsageQuantity":'
    || CAST(a.driver_quantity AS VARCHAR) || '}]}' AS "AllocatedMethodDetails",
  a.policy_version AS "x_PolicyVersion", a.reason AS "x_Reason", a.period AS "x_Period", a.status AS "x_Status",
  a.billed_amount AS "x_PoolAmount"
FROM cost_allocation a
LEFT JOIN cities c ON c.city = a.city
WHERE a.month = ':month'
ORDER BY a.place
