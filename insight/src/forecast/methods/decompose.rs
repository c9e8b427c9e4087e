//! Classical decomposition: what each place in the season adds to, or multiplies, the level that moves beneath it.
//!
//! The trend is a centred moving average over one season; the seasonal figure of a place is the mean of what is left
//! there, normalised (Kendall and Stuart; `seasonal_decompose` of statsmodels gives the same figures).

use super::super::method::History;

/// How the season acts on the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    /// It is added; the figures of a season add up to 0.
    Additive,
    /// It multiplies; the figures of a season have the mean 1.
    Multiplicative,
}

/// The seasonal figures of places 0 to `steps` - 1, where the first value is at place 0. None where there are less than
/// two seasons, or a figure is not finite.
pub(super) fn seasonal_figures(values: &[f64], steps: usize, season: Season) -> Option<Vec<f64>> {
    if steps < 2 || values.len() < 2 * steps {
        return None;
    }
    let mut sums = vec![0.0; steps];
    let mut counts = vec![0.0; steps];
    for (centre, trend) in centred_means(values, steps) {
        let left = match season {
            Season::Additive => values[centre] - trend,
            Season::Multiplicative => values[centre] / trend,
        };
        sums[centre % steps] += left;
        counts[centre % steps] += 1.0;
    }
    let mut figures: Vec<f64> = sums.iter().zip(&counts).map(|(sum, count)| sum / count).collect();
    let mean = figures.iter().sum::<f64>() / steps as f64;
    for figure in &mut figures {
        match season {
            Season::Additive => *figure -= mean,
            Season::Multiplicative => *figure /= mean,
        }
    }
    figures.iter().all(|figure| figure.is_finite()).then_some(figures)
}

/// The mean over one season around each value that has half a season on both sides. Of an even season the two ends
/// count half.
fn centred_means(values: &[f64], steps: usize) -> impl Iterator<Item = (usize, f64)> {
    let half = steps / 2;
    let is_even = steps.is_multiple_of(2);
    values.windows(2 * half + 1).enumerate().map(move |(first, window)| {
        let ends = if is_even { 0.5 * (window[0] + window[2 * half]) } else { 0.0 };
        let sum = window.iter().sum::<f64>() - ends;
        (first + half, sum / steps as f64)
    })
}

/// A series without its season, and the season to put back.
#[derive(Debug)]
pub(super) struct Adjusted {
    /// The values without the season.
    pub(super) values: Vec<f64>,
    season: Option<(Season, Vec<f64>)>,
}

impl Adjusted {
    /// Takes off the season of `steps` steps, if the series has one: multiplicative figures for positive values whose
    /// figures stay positive, else additive ones.
    pub(super) fn of(history: History<'_>, steps: usize) -> Self {
        let values = history.values;
        let season = is_seasonal(values, steps).then(|| fitting_figures(values, steps)).flatten();
        let mut adjusted = values.to_vec();
        if let Some((season, figures)) = &season {
            for (index, value) in adjusted.iter_mut().enumerate() {
                match season {
                    Season::Additive => *value -= figures[index % steps],
                    Season::Multiplicative => *value /= figures[index % steps],
                }
            }
        }
        Self { values: adjusted, season }
    }

    /// Puts the season back on what follows the values.
    pub(super) fn restore(&self, mut ahead: Vec<f64>) -> Vec<f64> {
        let Some((season, figures)) = &self.season else { return ahead };
        let place = self.values.len();
        for (step, value) in ahead.iter_mut().enumerate() {
            let figure = figures[(place + step) % figures.len()];
            match season {
                Season::Additive => *value += figure,
                Season::Multiplicative => *value *= figure,
            }
        }
        ahead
    }
}

fn fitting_figures(values: &[f64], steps: usize) -> Option<(Season, Vec<f64>)> {
    /// Below this a multiplicative figure blows up what is divided by it (statsforecast draws the same line).
    const FIGURE_MIN: f64 = 0.01;

    let is_positive = values.iter().all(|value| *value > 0.0);
    let multiplicative = if is_positive { seasonal_figures(values, steps, Season::Multiplicative) } else { None };
    if let Some(figures) = multiplicative.filter(|figures| figures.iter().all(|figure| *figure >= FIGURE_MIN)) {
        return Some((Season::Multiplicative, figures));
    }
    Some((Season::Additive, seasonal_figures(values, steps, Season::Additive)?))
}

/// Whether the autocorrelation at the season's lag stands out at 90 %, given those at shorter lags (Bartlett's variance;
/// the test of M4's Naive2 and of the Theta method, Assimakopoulos and Nikolopoulos 2000).
fn is_seasonal(values: &[f64], steps: usize) -> bool {
    /// The 95 % quantile of the normal distribution: 90 % on two sides.
    const LIMIT: f64 = 1.644_853_626_951_472_2;
    /// Shorter seasons are not tested for.
    const STEPS_MIN: usize = 4;

    if steps < STEPS_MIN || values.len() < 2 * steps {
        return false;
    }
    let size = values.len() as f64;
    let mean = values.iter().sum::<f64>() / size;
    let moved: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let product = |lag: usize| moved[lag..].iter().zip(&moved).map(|(late, early)| late * early).sum::<f64>();
    let variance = product(0);
    let shorter: f64 = (1..steps).map(|lag| (product(lag) / variance).powi(2)).sum();
    (product(steps) / variance).abs() > LIMIT * ((1.0 + 2.0 * shorter) / size).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{AIR, assert_near, monthly};
    use super::*;

    #[test]
    fn the_figures_are_those_of_statsmodels() {
        // `seasonal_decompose` of statsmodels 0.15 over the first four years.
        #[rustfmt::skip]
        let added = [
            -12.90509259, -7.0162037, 9.33101852, -3.68287037, -5.29398148, 14.37268519,
            26.6087963, 24.92824074, 10.21990741, -12.68287037, -30.93287037, -12.94675926,
        ];
        let multiplied = [1.02573036, 0.99227654, 0.98170723, 0.99804248, 0.9941155, 1.00207101, 1.00605687];
        assert_near(&seasonal_figures(&AIR[..48], 12, Season::Additive).unwrap(), &added, 1e-7);
        assert_near(&seasonal_figures(&AIR[..48], 7, Season::Multiplicative).unwrap(), &multiplied, 1e-7);
    }

    #[test]
    fn what_was_taken_off_is_put_back() {
        let adjusted = Adjusted::of(monthly(&AIR), 12);
        let figures = seasonal_figures(&AIR, 12, Season::Multiplicative).unwrap();
        assert_near(&adjusted.values[12..24], &std::array::from_fn::<_, 12, _>(|at| AIR[12 + at] / figures[at]), 1e-12);
        assert_near(&adjusted.restore(vec![1.0; 12]), &figures, 1e-12);
    }

    #[test]
    fn a_series_without_a_season_is_left_alone() {
        let values: Vec<f64> = (0..60).map(|step| f64::from(step * 7919 % 101)).collect();
        assert_eq!(Adjusted::of(monthly(&values), 12).values, values);
    }
}
