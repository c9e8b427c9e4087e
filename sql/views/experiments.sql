-- meaning: How each experiment stands, a row a metric and variant, as it was last looked at.
-- column made_at: when it was looked at
-- column experiment: the experiment
-- column metric: what is compared
-- column role: goal, or guardrail that must not get worse
-- column control: variant that the other is compared with
-- column variant: the other variant
-- column control_units: invoices of the control that have a value
-- column variant_units: invoices of the variant that have one
-- column units_needed: invoices of both that would show the least effect that matters; null where not known
-- column crossed_units: invoices that were seen in several variants, and are in no figure
-- column control_value: the metric's mean of the control
-- column variant_value: the metric's mean of the variant
-- column effect: variant less control
-- column lower: lower bound of the effect, valid whenever one looks
-- column upper: upper bound of the same
-- column p_value: always valid: small only where there is an effect; null for a guardrail
-- column standing: the metric alone: better, worse or open of a goal; held, harmed or open of a guardrail
-- column verdict: what the variant comes to, all metrics together
-- column reason: the verdict in a sentence
SELECT made_at, experiment, metric, role, control, variant, control_units, variant_units, units_needed, crossed_units,
  control_value, variant_value, effect, lower, upper, p_value, standing, verdict, reason
FROM (
  SELECT *, row_number() OVER (PARTITION BY experiment, metric, variant ORDER BY made_at DESC) AS nth
  FROM experiment_results
) r
WHERE nth = 1
