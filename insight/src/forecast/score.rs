//! How far forecasts were from what happened.
//!
//! Definitions are those of the M4 competition (Makridakis, Spiliotis and Assimakopoulos 2020, International Journal of
//! Forecasting 36, 54-74) where it has them, so that published figures can be compared. A score that is not defined is
//! None, never 0.

/// Symmetric mean absolute percentage error, in percent (0 to 200): the mean of 2|y − f| / (|y| + |f|) (M4, section 3.1;
/// a step at which both are 0 counts 0).
#[must_use]
pub fn smape(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    mean(actual.iter().zip(forecast).map(|(y, f)| {
        let size = y.abs() + f.abs();
        if size > 0.0 { 200.0 * (y - f).abs() / size } else { 0.0 }
    }))
}

/// Mean absolute percentage error as a fraction, over the steps whose actual value is above 0.
#[must_use]
pub fn mape(actual: &[f64], forecast: &[f64]) -> Option<f64> {
    mean(actual.iter().zip(forecast).filter(|(y, _)| **y > 0.0).map(|(y, f)| (y - f).abs() / y))
}

/// Mean absolute scaled error: the mean absolute error over [`naive_error`] of the history (Hyndman and Koehler 2006,
/// International Journal of Forecasting 22, 679-688).
#[must_use]
pub fn mase(actual: &[f64], forecast: &[f64], naive_error: f64) -> Option<f64> {
    let error = mean(actual.iter().zip(forecast).map(|(y, f)| (y - f).abs()))?;
    (naive_error > 0.0).then(|| error / naive_error)
}

/// The mean absolute difference between values one season apart: what the seasonal naive method errs by one season
/// ahead. A season of 1 is no season.
#[must_use]
pub fn naive_error(values: &[f64], season: usize) -> Option<f64> {
    let season = season.max(1);
    mean(values.iter().zip(values.get(season..)?).map(|(before, after)| (after - before).abs()))
}

/// Mean scaled interval score: the interval's width, plus 2/α times how far outside it values fell, over [`naive_error`]
/// (Gneiting and Raftery 2007, Journal of the American Statistical Association 102, 359-378; M4, section 3.2). `level` is
/// the coverage asked for, between 0 and 1.
#[must_use]
pub fn msis(actual: &[f64], lower: &[f64], upper: &[f64], level: f64, naive_error: f64) -> Option<f64> {
    let penalty = 2.0 / (1.0 - level);
    let bounds = lower.iter().zip(upper);
    let score = mean(
        actual
            .iter()
            .zip(bounds)
            .map(|(y, (low, high))| high - low + penalty * (low - y).max(0.0) + penalty * (y - high).max(0.0)),
    )?;
    (naive_error > 0.0).then(|| score / naive_error)
}

/// Mean pinball loss of a forecast of the `quantile` between 0 and 1 (Koenker and Bassett 1978, Econometrica 46, 33-50).
#[must_use]
pub fn pinball(actual: &[f64], forecast: &[f64], quantile: f64) -> Option<f64> {
    mean(actual.iter().zip(forecast).map(|(y, f)| if y >= f { quantile * (y - f) } else { (1.0 - quantile) * (f - y) }))
}

/// The share of values within their bounds, which belong to the interval.
#[must_use]
pub fn coverage(actual: &[f64], lower: &[f64], upper: &[f64]) -> Option<f64> {
    let bounds = lower.iter().zip(upper);
    mean(actual.iter().zip(bounds).map(|(y, (low, high))| f64::from(low <= y && y <= high)))
}

/// The mean; None of nothing.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// The middle value, the mean of the two middle ones of an even number; None of nothing. The order is lost.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[middle - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with numpy 2.4 from the published formulas, on these five values.
    const ACTUAL: [f64; 5] = [10.0, 0.0, 4.0, 8.0, 2.0];
    const FORECAST: [f64; 5] = [8.0, 0.0, 6.0, 9.0, 1.0];

    fn near(score: Option<f64>, expected: f64) {
        let score = score.unwrap();
        assert!((score - expected).abs() < 1e-12, "{score}, not {expected}");
    }

    #[test]
    fn scores_are_those_of_their_definitions() {
        // 200 × (2/18 + 0 + 2/10 + 1/17 + 1/3) / 5
        near(smape(&ACTUAL, &FORECAST), 28.130_718_954_248_366);
        // (0.2 + 0.5 + 0.125 + 0.5) / 4: the step with an actual of 0 has no percentage.
        near(mape(&ACTUAL, &FORECAST), 0.331_25);
        // Mean absolute error 1.2 over a naive error of (3 + 1) / 2.
        near(naive_error(&[1.0, 5.0, 4.0, 6.0], 2), 2.0);
        near(mase(&ACTUAL, &FORECAST, 2.0), 0.6);
        near(pinball(&ACTUAL, &FORECAST, 0.9), 0.6);
    }

    #[test]
    fn an_interval_pays_for_its_width_and_for_what_falls_outside() {
        let (lower, upper) = ([7.0, 0.0, 5.0, 8.0, 0.0], [9.0, 1.0, 7.0, 10.0, 2.0]);
        // Widths 9; outside by 1 and 1, at 2 / 0.05 each; over 5 steps and a naive error of 2.
        near(msis(&ACTUAL, &lower, &upper, 0.95, 2.0), 8.9);
        near(coverage(&ACTUAL, &lower, &upper), 0.6);
    }

    #[test]
    fn what_is_not_defined_is_none() {
        assert_eq!(smape(&[], &[]), None);
        assert_eq!(mape(&[0.0], &[1.0]), None);
        assert_eq!(mase(&[1.0], &[2.0], 0.0), None);
        assert_eq!(naive_error(&[1.0, 2.0], 7), None);
        assert_eq!(median(&mut []), None);
    }
}
