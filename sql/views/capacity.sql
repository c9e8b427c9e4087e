-- meaning: What capacity and budgets will need, as of the newest forecasts.
-- column made_at: when the advice was given
-- column resource: what may not suffice: invoices_per_hour, workers, storage, ai_calls, budget
-- column city: its city; null for all cities together
-- column category: which budget or step; null where there is one only
-- column figure: what is expected: a peak, a number of workers, a level, a cost by the end of the month
-- column available: what there is of it; null where none is known
-- column unit: unit of both
-- column probability: how likely the limit is passed within the horizon, 0 to 1; null where none is known
-- column earliest: when it is passed if it comes early: before then once in 20 times
-- column at: when it is passed, or when the peak comes; storage also after the horizon, at its pace; null where not
-- column latest: when it is passed if it comes late: after then once in 20 times
-- column status: fine, warn or act
-- column confidence: how far it can be relied on: low, medium or high
-- column reason: why, in a sentence
SELECT made_at, resource, city, category, figure, available, unit, probability, earliest, at, latest, status, confidence,
  reason
FROM capacity_advice
WHERE made_at = (SELECT max(made_at) FROM capacity_advice)
