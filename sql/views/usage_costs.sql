-- meaning: Usage with what it cost in HKD at the rate of its local day; a cost in a currency without a rate has none, and shows so.
-- column event_id: the usage event
-- column time: when it was used
-- column city: the city that caused it; null where it is shared
-- column tenant: customer, where one is concerned
-- column meter: what was metered
-- column service: service that was used
-- column model: model that was used
-- column invoice_id: invoice that caused it, where one did
-- column session_id: session that caused it, where one did
-- column experiment: experiment that ran, where one did
-- column variant: its variant
-- column quantity: how much, in the meter's unit
-- column cost: its cost in its own currency
-- column currency: that currency
-- column cost_hkd: its cost in HKD, 9 digits after the point; null where it has no cost or its currency no rate
SELECT u.event_id, u.time, u.city, u.tenant, u.meter, u.service, u.model, u.invoice_id, u.session_id, u.experiment,
  u.variant, u.quantity, u.cost, u.currency, CAST(u.cost * r.hkd AS DECIMAL(27, 9)) AS cost_hkd
FROM usage_events u
LEFT JOIN exchange_rates r
  ON r.currency = u.currency AND local_day(u.time, u.city) >= r.valid_from
  AND (r.valid_until IS NULL OR local_day(u.time, u.city) < r.valid_until)
