-- meaning: What each customer used in each month, and what it comes to by the price book: what an outside system invoices.
-- column month: the month by the local clock of each city, YYYY-MM
-- column tenant: the customer
-- column service: service that was used
-- column model: model that was used, where one is named
-- column meter: what was metered
-- column uses: how often
-- column quantity: how much, in the meter's unit
-- column unit_price: price of one unit: the model's own, else its service's; null where the price book has none. A price that changes within the month makes rows of their own
-- column amount: quantity times unit_price, 9 digits after the point; null without a price
-- column currency: currency of price and amount
WITH priced AS (
  SELECT to_char(u.day, 'YYYY-MM') AS month, u.tenant, u.service, u.model, u.meter, u.uses, u.quantity,
    coalesce(o.unit_price, s.unit_price) AS unit_price,
    CASE WHEN o.unit_price IS NULL THEN s.currency ELSE o.currency END AS currency
  FROM usage_days u
  LEFT JOIN prices o ON o.service = u.service AND o.meter = u.meter AND o.model = u.model
    AND u.day >= o.valid_from AND (o.valid_until IS NULL OR u.day < o.valid_until)
  LEFT JOIN prices s ON s.service = u.service AND s.meter = u.meter AND s.model IS NULL
    AND u.day >= s.valid_from AND (s.valid_until IS NULL OR u.day < s.valid_until)
  WHERE u.tenant IS NOT NULL
)
SELECT month, tenant, service, model, meter, sum(uses) AS uses, sum(quantity) AS quantity, unit_price,
  CAST(sum(quantity) * unit_price AS DECIMAL(38, 9)) AS amount, currency
FROM priced
GROUP BY month, tenant, service, model, meter, unit_price, currency
