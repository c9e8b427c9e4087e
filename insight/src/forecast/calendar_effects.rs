//! What a day's place in the calendar does to a series of values that are not negative: a factor for each day.
//!
//! A regression of the logarithm of the expected value on the calendar, fitted as counts are (quasi-Poisson by iteratively
//! reweighted least squares: Nelder and Wedderburn 1972, Journal of the Royal Statistical Society A 135, 370-384), so
//! that quiet days and days without any need no special case. Penalties shrink what was seen seldom: a holiday seen once
//! is mostly a holiday like others.

use super::calendar::Calendar;
use super::calendar_columns::{Columns, LEVEL};
use super::ridge::Normal;

/// Rounds of reweighting: the fit no longer moves by then.
const ROUNDS: usize = 4;

/// How much less a day counts per day of age: what was a year ago counts about half.
const DECAY_PER_DAY: f64 = 0.998;

/// A year of days has to be seen nearly twice before its season can be told from a trend.
const DAYS_FOR_SEASON: usize = 600;

/// The fitted factors of the days of a calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarEffects {
    factors: Vec<f64>,
    steps_a_day: usize,
}

impl CalendarEffects {
    /// Fits the effects of a calendar to the values of its first steps. None where there are fewer than three weeks, or
    /// values that are negative or all 0.
    #[must_use]
    pub fn fit(values: &[f64], calendar: &Calendar) -> Option<Self> {
        let steps_a_day = calendar.steps_a_day();
        let sums: Vec<f64> = values.chunks_exact(steps_a_day).map(|day| day.iter().sum()).collect();
        let mean = sums.iter().sum::<f64>() / sums.len() as f64;
        if sums.len() < 21
            || sums.len() > calendar.days().len()
            || values.iter().any(|value| *value < 0.0)
            || mean.is_nan()
            || mean <= 0.0
        {
            return None;
        }
        let relative: Vec<f64> = sums.iter().map(|sum| sum / mean).collect();
        let columns = calendar.columns(sums.len() >= DAYS_FOR_SEASON);
        let coefficients = fit_log_linear(columns, &relative)?;
        // The trend is no effect of the calendar: who continues the series continues it.
        let factor = |row: &Vec<(usize, f64)>| logarithm(row, &coefficients).exp();
        let factors: Vec<f64> = columns.of_days.iter().map(factor).collect();
        let known = &factors[..sums.len()];
        let level = known.iter().sum::<f64>() / known.len() as f64;
        Some(Self { factors: factors.iter().map(|factor| (factor / level).clamp(1e-4, 1e4)).collect(), steps_a_day })
    }

    /// The factor of a step's day, of mean 1 over the history; above 0. None past the calendar's end.
    #[must_use]
    pub fn at(&self, step: usize) -> Option<f64> {
        self.factors.get(step / self.steps_a_day).copied()
    }
}

/// Coefficients of a log-linear model of the first days' values, whose mean is 1.
fn fit_log_linear(columns: &Columns, values: &[f64]) -> Option<Vec<f64>> {
    let num = values.len();
    let weights: Vec<f64> = (0..num).map(|day| DECAY_PER_DAY.powi((num - 1 - day) as i32)).collect();
    let mut row = Vec::new();
    // Starts where values themselves are the expectation, drawn to the mean so that 0 has a logarithm.
    let mut expected: Vec<f64> = values.iter().map(|value| 0.9 * value + 0.1).collect();
    let mut coefficients = Vec::new();
    for _ in 0..ROUNDS {
        let mut normal = Normal::new(columns.penalties.len());
        for (day, mu) in expected.iter().enumerate() {
            fill(&mut row, columns, day, num);
            let target = mu.ln() + (values[day] - mu) / mu - logarithm(&row, &columns.priors);
            normal.add_sparse(&row, target, mu * weights[day]);
        }
        let deviations = normal.solve(&columns.penalties)?;
        coefficients = columns.priors.iter().zip(deviations).map(|(prior, deviation)| prior + deviation).collect();
        for (day, mu) in expected.iter_mut().enumerate() {
            fill(&mut row, columns, day, num);
            *mu = logarithm(&row, &coefficients).clamp(-9.0, 9.0).exp();
        }
    }
    Some(coefficients)
}

/// A day's row: the constant, the trend in years before what is to come, and the calendar.
fn fill(row: &mut Vec<(usize, f64)>, columns: &Columns, day: usize, num_known: usize) {
    row.clear();
    row.extend([(LEVEL[0], 1.0), (LEVEL[1], (day as f64 - num_known as f64) / 365.0)]);
    row.extend_from_slice(&columns.of_days[day]);
}

fn logarithm(row: &[(usize, f64)], coefficients: &[f64]) -> f64 {
    row.iter().map(|(column, value)| coefficients[*column] * value).sum()
}

#[cfg(test)]
mod tests {
    use super::super::calendar::Day;
    use super::*;

    fn calendar(num_days: usize) -> Calendar {
        Calendar::new("SYD", "2023-01-01".parse().unwrap(), num_days, 1)
    }

    /// A made-up law of factors: weekends a tenth, the last day of a month double, Christmas Day a quarter.
    fn law(day: &Day) -> f64 {
        let weekend = if day.weekday >= 5 { 0.1 } else { 1.0 };
        let month_end = if day.days_to_month_end == 0 { 2.0 } else { 1.0 };
        let christmas = if day.holiday == Some("Christmas Day") { 0.25 } else { 1.0 };
        weekend * month_end * christmas
    }

    #[test]
    fn factors_that_made_a_series_are_found_again() {
        let calendar = calendar(3 * 365 + 1);
        let days = calendar.days();
        let values: Vec<f64> = days[..2 * 365 + 300].iter().map(|day| 500.0 * law(day)).collect();
        let effects = CalendarEffects::fit(&values, &calendar).unwrap();
        // Days past the values, beside a plain Wednesday.
        let at = |date: &str| {
            let step = days.iter().position(|day| day.date.to_string() == date).unwrap();
            (effects.at(step).unwrap(), law(&days[step]))
        };
        let (plain, _) = at("2025-11-12");
        for date in ["2025-11-15", "2025-11-28", "2025-11-30", "2025-12-10", "2025-12-31"] {
            let (found, truth) = at(date);
            assert!((found / plain / truth).ln().abs() < 0.12, "{date}: {} for {truth}", found / plain);
        }
        // Seen twice, a holiday's own effect of 0.25 is drawn towards none.
        let christmas = at("2025-12-25").0 / plain;
        assert!((0.25..0.4).contains(&christmas), "{christmas}");
    }

    #[test]
    fn without_three_weeks_or_any_volume_there_are_no_effects() {
        let calendar = calendar(60);
        assert_eq!(CalendarEffects::fit(&[5.0; 20], &calendar), None);
        assert_eq!(CalendarEffects::fit(&[0.0; 40], &calendar), None);
        assert_eq!(CalendarEffects::fit(&[5.0; 61], &calendar), None, "more values than days");
        let mut negative = [5.0; 40];
        negative[3] = -1.0;
        assert_eq!(CalendarEffects::fit(&negative, &calendar), None);
        assert!(CalendarEffects::fit(&[5.0; 40], &calendar).is_some_and(|effects| effects.at(60).is_none()));
    }
}
