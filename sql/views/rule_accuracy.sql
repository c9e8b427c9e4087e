-- meaning: How accurate each version of each mapping rule was on each day (UTC) on which invoices that it read settled.
-- column rule_id: the rule
-- column rule_version: its version
-- column layer: universal, forwarder or learned
-- column forwarder: forwarder of the invoices
-- column field: the field that it read
-- column city: city of the invoices
-- column window_start: the day's start
-- column window_end: its end, excluded
-- column samples: fields that it read
-- column correct: those of them that nobody corrected
-- column accuracy: correct by samples
-- column interval_low: lower bound of the accuracy by Wilson's interval at 95 percent
-- column interval_high: upper bound of the same
SELECT rule_id, rule_version, layer, forwarder, field, city, window_start,
  window_start + INTERVAL '1 day' AS window_end, samples, correct, accuracy,
  greatest(0.0, (accuracy + 1.9208 / samples - 1.96 * sqrt(accuracy * (1 - accuracy) / samples + 0.9604 / (samples * samples)))
    / (1 + 3.8416 / samples)) AS interval_low,
  least(1.0, (accuracy + 1.9208 / samples + 1.96 * sqrt(accuracy * (1 - accuracy) / samples + 0.9604 / (samples * samples)))
    / (1 + 3.8416 / samples)) AS interval_high
FROM (
  SELECT rule_id, rule_version, layer, forwarder, field, city, date_trunc('day', settled_at) AS window_start,
    count(*) AS samples, count(*) FILTER (WHERE correct) AS correct,
    CAST(count(*) FILTER (WHERE correct) AS DOUBLE) / CAST(count(*) AS DOUBLE) AS accuracy
  FROM rule_readings
  GROUP BY 1, 2, 3, 4, 5, 6, 7
) days
