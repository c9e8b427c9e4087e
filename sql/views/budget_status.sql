-- meaning: How much of each budget is spent, and what will be at the end of the month. What a pool of that name allocates to the city counts; until its bill is imported, what the city's own usage cost by the platform's meters.
-- history: whole
-- column month: the month, YYYY-MM
-- column city: the city
-- column category: what the budget is for. Where no pool of the month has that name, as in metered_costs: a meter (llm.tokens_in), the meters that begin so (llm), a service, ai for di and llm together, or usage for all
-- column currency: currency of the budget, and of all amounts here
-- column budget: what may be spent
-- column basis: allocated where the month's pool was split, metered where usage is counted; null where nothing says what was spent
-- column actual: what was spent so far, to what can be paid in the currency; null where nothing says so, or where a rate is missing
-- column used: actual by budget; null where the budget is 0
-- column passed: the highest of 50, 80 and 100 percent that was reached; 0 below, null where nothing says what was spent
-- column forecast: what will be spent by the end of the month: what is spent, and what the newest forecast of the category's cost expects of the days left; without one as the days so far went on, from the second day on; once the month is over, or its bill is there, the same as actual
-- column forecast_used: forecast by budget
-- column forecast_basis: forecast where one of this week reaches to the end of the month, run_rate where there is none (a new category's days are foretold from two weeks on), actual where nothing is to come; null without a forecast
-- column status: over (from 100 percent on), warn (from 80), ahead (below that, but the forecast is above 100), half (from 50), ok, or unknown
WITH spans AS (
  SELECT month, city, category, amount, currency, CAST(month || '-01' AS DATE) AS first_day,
    CAST(CAST(month || '-01' AS DATE) + INTERVAL '1 month' AS DATE) AS next_first_day
  FROM budgets
), spent AS (
  SELECT month, city, pool AS category, currency, sum(amount) AS amount, 0 AS today, 'allocated' AS basis
  FROM cost_allocation
  GROUP BY month, city, pool, currency
  UNION ALL
  -- A city that takes no part in a pool spent nothing on it.
  SELECT s.month, s.city, s.category, s.currency, 0 AS amount, 0 AS today, 'allocated' AS basis
  FROM spans s
  JOIN cost_pools p ON p.month = s.month AND p.pool = s.category
  UNION ALL
  SELECT s.month, s.city, s.category, u.currency, sum(u.cost) AS amount,
    sum(CASE WHEN u.day = local_day(now(), s.city) THEN u.cost ELSE 0 END) AS today, 'metered' AS basis
  FROM spans s
  JOIN metered_costs u
    ON u.city = s.city AND u.category = s.category AND u.day >= s.first_day AND u.day < s.next_first_day
  LEFT JOIN cost_pools p ON p.month = s.month AND p.pool = s.category
  WHERE p.pool IS NULL
  GROUP BY s.month, s.city, s.category, u.currency
), converted AS (
  SELECT s.month, s.city, s.category, s.currency, s.amount AS budget, s.first_day, s.next_first_day, a.basis,
    f.hkd IS NULL OR t.hkd IS NULL AS lacks_rate, t.hkd AS rate_to_hkd,
    -- Digits are dropped before the division, which adds some: large amounts would not fit.
    CASE WHEN a.currency = s.currency THEN CAST(a.amount AS DECIMAL(38, 13))
      ELSE CAST(CAST(a.amount * f.hkd AS DECIMAL(38, 9)) / t.hkd AS DECIMAL(38, 13)) END AS amount,
    CASE WHEN a.currency = s.currency THEN CAST(a.today AS DECIMAL(38, 13))
      ELSE CAST(CAST(a.today * f.hkd AS DECIMAL(38, 9)) / t.hkd AS DECIMAL(38, 13)) END AS today
  FROM spans s
  LEFT JOIN spent a ON a.month = s.month AND a.city = s.city AND a.category = s.category
  LEFT JOIN exchange_rates f ON f.currency = a.currency AND f.valid_from <= s.first_day
    AND (f.valid_until IS NULL OR f.valid_until > s.first_day)
  LEFT JOIN exchange_rates t ON t.currency = s.currency AND t.valid_from <= s.first_day
    AND (t.valid_until IS NULL OR t.valid_until > s.first_day)
), ends AS (
  SELECT month, city, category, currency, budget, next_first_day, local_day(now(), city) AS this_day, min(basis) AS basis,
    CASE WHEN count(*) FILTER (WHERE lacks_rate) = 0
      THEN CAST(round(sum(amount), minor_digits(currency)) AS DECIMAL(38, 2)) END AS actual,
    CAST(sum(today) AS DOUBLE) * CAST(max(rate_to_hkd) AS DOUBLE) AS today_hkd, CAST(max(rate_to_hkd) AS DOUBLE) AS rate_to_hkd,
    micros_between(day_start(first_day, city), now()) / 1000000 AS gone_s,
    micros_between(day_start(first_day, city), day_start(next_first_day, city)) / 1000000 AS month_s
  FROM converted
  GROUP BY month, city, category, currency, budget, first_day, next_first_day
), rests AS (
  -- What the forecast of the category's cost expects of the days that are left, and of today beyond what is spent.
  SELECT e.month, e.city, e.category,
    CAST(CAST(sum(CASE WHEN CAST(f.horizon_at AS DATE) > e.this_day THEN greatest(f.mean, 0.0)
      ELSE greatest(f.mean - e.today_hkd, 0.0) END) / max(e.rate_to_hkd) AS DECIMAL(38, 9)) AS DECIMAL(38, 2)) AS rest
  FROM ends e
  JOIN latest_forecasts f ON f.city = e.city AND CAST(f.horizon_at AS DATE) >= e.this_day
    AND CAST(f.horizon_at AS DATE) < e.next_first_day
    AND f.series = CASE e.category WHEN 'ai' THEN 'ai_cost_hkd' ELSE 'cost_hkd:' || e.category END
  WHERE e.basis = 'metered' AND e.gone_s >= 0 AND e.gone_s < e.month_s
    AND f.grain = 'day' AND f.forwarder IS NULL AND f.made_at > now() - INTERVAL '7 days'
  GROUP BY e.month, e.city, e.category, e.this_day, e.next_first_day
  HAVING count(*) = date_part('day', CAST(e.next_first_day - INTERVAL '1 day' AS DATE)) - date_part('day', e.this_day) + 1
), bases AS (
  SELECT e.*, r.rest, CASE WHEN e.actual IS NULL THEN NULL WHEN e.basis = 'allocated' OR e.gone_s >= e.month_s THEN 'actual'
    WHEN r.rest IS NOT NULL THEN 'forecast'
    -- From less than a day nothing is told.
    WHEN e.gone_s >= 86400 THEN 'run_rate' END AS forecast_basis
  FROM ends e
  LEFT JOIN rests r ON r.month = e.month AND r.city = e.city AND r.category = e.category
), ahead AS (
  SELECT *, CASE forecast_basis WHEN 'actual' THEN actual
    WHEN 'forecast' THEN CAST(round(actual + rest, minor_digits(currency)) AS DECIMAL(38, 2))
    WHEN 'run_rate' THEN
      CAST(round(actual * (CAST(month_s AS DECIMAL(20, 9)) / gone_s), minor_digits(currency)) AS DECIMAL(38, 2))
    END AS forecast
  FROM bases
), shares AS (
  SELECT *, CAST(actual / nullif(budget, 0) AS DECIMAL(38, 4)) AS used,
    CAST(forecast / nullif(budget, 0) AS DECIMAL(38, 4)) AS forecast_used,
    CASE WHEN actual >= budget THEN 100 WHEN actual >= budget * 0.8 THEN 80 WHEN actual >= budget * 0.5 THEN 50
      WHEN actual IS NOT NULL THEN 0 END AS passed
  FROM ahead
)
SELECT month, city, category, currency, budget, basis, actual, used, passed, forecast, forecast_used, forecast_basis,
  CASE WHEN passed = 100 THEN 'over' WHEN passed = 80 THEN 'warn' WHEN forecast > budget THEN 'ahead'
    WHEN passed = 50 THEN 'half' WHEN passed = 0 THEN 'ok' ELSE 'unknown' END AS status
FROM shares
