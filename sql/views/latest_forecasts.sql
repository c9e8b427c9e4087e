-- meaning: What is foretold now: of each series its newest forecast.
-- column made_at: when it was made
-- column series: what is foretold: a KPI, or a series of the platform's own
-- column grain: how long a step is: hour or day
-- column city: its city; null for all cities together
-- column forwarder: its forwarder; null for all together
-- column horizon_at: start of the step: an hour, or a day at midnight UTC for the local day of that date
-- column step: how many steps after the last one known, from 1
-- column mean: what is expected
-- column lower80: 80 of 100 such steps lie from here to upper80
-- column upper80: upper bound of the same
-- column lower90: 90 of 100 such steps lie from here to upper90
-- column upper90: upper bound of the same
-- column lower95: 95 of 100 such steps lie from here to upper95
-- column upper95: upper bound of the same
-- column model: method that did best on this series' own past
-- column mape_backtest: mean absolute error by the truth, as it was over that past; null where the truth was 0
-- column mase_backtest: mean absolute error by that of the value one season ago, over the same past
SELECT f.made_at, f.series, f.grain, f.city, f.forwarder, f.horizon_at, f.step, f.mean, f.lower80, f.upper80,
  f.lower90, f.upper90, f.lower95, f.upper95, f.model, f.mape_backtest, f.mase_backtest
FROM forecasts f
JOIN (SELECT grain, max(made_at) AS made_at FROM forecasts GROUP BY grain) l
  ON l.grain = f.grain AND l.made_at = f.made_at
