//! What a month will have cost at its end: what is spent so far, to the cent, and a forecast of the rest.
//!
//! It replaces the run-rate (spent so far, by the share of the month that is gone), which misses what comes at month ends
//! and cannot say how sure it is.

use tidemark_model::kpi::Figure;

use super::paths::{Paths, rank};
use super::run_out::{Reservoir, When, run_out};

/// Billionths in one.
const SCALE: f64 = 1e9;

/// Amounts have 18 digits before the point at most.
const AMOUNT_MAX: f64 = 1e18;

/// A month's budget at the end of the month. All amounts are of the budget's currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthEnd {
    /// What may be spent.
    pub budget: Figure,
    /// What was spent so far.
    pub spent: Figure,
    /// What will have been spent; as likely more as less.
    pub median: Figure,
    /// Low and high end of what is right in 80 of 100 months.
    pub interval80: [Figure; 2],
    /// The same of 95.
    pub interval95: [Figure; 2],
    /// The probability that it is more than the budget.
    pub probability_over: f64,
    /// The probability that all of it is used up: more than the former where costs come in few amounts.
    pub probability_used_up: f64,
    /// When it is used up: once in 20 times before the first, as likely before as after the second, once in 20 times
    /// after the third.
    pub used_up: [When; 3],
}

/// The month's end, where the paths are the cost of each step from now to that end, in the budget's currency. `None` of
/// amounts beyond 18 digits.
#[must_use]
pub fn month_end(spent: Figure, budget: Figure, rest: &Paths) -> Option<MonthEnd> {
    let costs = rest.sorted(|path| path.iter().sum());
    let total = |share| figure(*costs.get(rank(share, costs.len()))?)?.0.checked_add(spent.0).map(Figure);
    let left = budget.0.checked_sub(spent.0)?;
    let mut num_over = 0_u32;
    for cost in &costs {
        num_over += u32::from(figure(*cost)?.0 > left);
    }
    let used = run_out(rest, Reservoir { level: 0.0, limit: value(Figure(left)), released: &[] })?;
    Some(MonthEnd {
        budget,
        spent,
        median: total(0.5)?,
        interval80: [total(0.1)?, total(0.9)?],
        interval95: [total(0.025)?, total(0.975)?],
        probability_over: f64::from(num_over) / costs.len() as f64,
        probability_used_up: used.probability,
        used_up: [used.earliest, used.median, used.latest],
    })
}

/// An estimate as a figure, to the nearest billionth that it can tell; `None` beyond 18 digits, or of no number.
#[must_use]
pub fn figure(estimate: f64) -> Option<Figure> {
    (estimate.abs() < AMOUNT_MAX).then(|| Figure((estimate * SCALE).round() as i128))
}

/// A figure as an estimate, to 15 digits.
#[must_use]
pub fn value(figure: Figure) -> f64 {
    figure.0 as f64 / SCALE
}

#[cfg(test)]
mod tests {
    use super::super::tests::{certain, days};
    use super::*;

    fn read(text: &str) -> Figure {
        text.parse().unwrap()
    }

    #[test]
    fn a_certain_rest_is_added_to_the_cent() {
        let rest = certain(&[100.25, 100.25, 300.0]);
        let end = month_end(read("123456789012345.67"), read("123456789012700"), &rest).unwrap();
        assert_eq!(end.median, read("123456789012846.17"));
        assert_eq!((end.interval95, end.probability_over), ([end.median; 2], 1.0));
        assert_eq!(end.used_up, [When::At(days(3)[2]); 3]);
    }

    #[test]
    fn a_budget_that_is_just_used_up_is_not_exceeded() {
        let rest = certain(&[1.0, 1.0]);
        assert_eq!(month_end(read("8"), read("10"), &rest).unwrap().probability_over, 0.0);
        assert_eq!(month_end(read("8.000000001"), read("10"), &rest).unwrap().probability_over, 1.0);
        assert_eq!(month_end(read("8"), read("11"), &rest).unwrap().used_up, [When::NotWithinHorizon; 3]);
    }

    #[test]
    fn what_is_no_amount_has_no_end() {
        assert_eq!((figure(f64::NAN), figure(1e18), figure(-0.5)), (None, None, Some(Figure(-500_000_000))));
        assert_eq!(month_end(Figure(i128::MAX), read("1"), &certain(&[1.0])), None);
        assert_eq!(month_end(Figure(0), Figure(i128::MIN), &certain(&[9e17, 9e17])), None);
    }
}
