-- meaning: The price book: what a unit of each meter costs, and when; of several imports of one price the last.
-- column service: the service
-- column model: the model; null for those of the service that have no price of their own
-- column meter: the meter
-- column valid_from: first day on which it holds
-- column valid_until: first day on which the next one holds; null where none follows
-- column unit_price: price of one unit
-- column currency: its currency
-- column import: number of the import
WITH last AS (
  SELECT service, model, meter, effective_from, amount, currency, import,
    row_number() OVER (PARTITION BY service, model, meter, effective_from ORDER BY import DESC) AS age
  FROM finance_entries
  WHERE kind = 'prices'
)
SELECT service, model, meter, effective_from AS valid_from,
  lead(effective_from) OVER (PARTITION BY service, model, meter ORDER BY effective_from) AS valid_until,
  amount AS unit_price, currency, import
FROM last
WHERE age = 1
