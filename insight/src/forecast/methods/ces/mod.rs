//! Complex exponential smoothing (Svetunkov, Kourentzes and Ord 2022, Naval Research Logistics 69): the series and the
//! information that it does not show are one complex figure, smoothed with one complex weight. Level and trend need not
//! be told apart, so there are few classes: by how the season is borne.

mod pass;

use super::super::method::{History, Method};
use super::decompose::{Season, seasonal_figures};
use super::simplex::{Point, Search, minimize};
use super::{finite, is_constant, mean_size, season_of};
use pass::{Kind, Pair, Passes, Rows};

/// CES with the first season of the history; the class has the least AICc.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ces;

impl Method for Ces {
    fn name(&self) -> &'static str {
        "ces"
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        /// Two complex figures and their weights have to be told from the values.
        const VALUES_MIN: usize = 8;

        if is_constant(history.values) {
            return Some(vec![*history.values.first()?; horizon]);
        }
        if history.values.len() < VALUES_MIN {
            return None;
        }
        let size = mean_size(history.values);
        let scaled: Vec<f64> = history.values.iter().map(|value| value / size).collect();
        let steps = season_of(history, usize::MAX);
        let kinds: &[Kind] =
            if steps > 1 { &[Kind::Plain, Kind::Simple, Kind::Partial, Kind::Full] } else { &[Kind::Plain] };
        let fits = kinds.iter().filter_map(|kind| Fitted::of(*kind, &scaled, steps));
        let best = fits.min_by(|one, other| one.aicc.total_cmp(&other.aicc))?;
        finite(best.forecast(&scaled, horizon).into_iter().map(|value| value * size).collect())
    }
}

/// A class with its weights.
#[derive(Debug)]
struct Fitted {
    kind: Kind,
    weights: Point,
    first: Rows,
    aicc: f64,
}

impl Fitted {
    /// The weights with the least sum of squares. None where it is not finite for any, or there are too few values.
    ///
    /// The sum has several valleys. Start, step, limits and tolerance are those of statsforecast 2.1; shorter searches
    /// end in worse ones.
    fn of(kind: Kind, values: &[f64], steps: usize) -> Option<Self> {
        /// Real and imaginary part of the level's weight, then of the season's.
        const BOUNDS: [(f64, f64); 4] = [(0.01, 1.8), (0.01, 1.9), (0.01, 1.5), (0.01, 1.5)];

        let start = if kind == Kind::Partial { [1.3, 1.0, 0.1, 0.0] } else { [1.3, 1.0, 1.3, 1.0] };
        let num_values = values.len() as f64;
        let num_parameters = (kind.num_components() + 1) as f64;
        if num_values <= num_parameters + 1.0 {
            return None;
        }
        let first = first_rows(kind, values, steps)?;
        let mut passes = Passes::new(kind, &first);
        let search = Search {
            bounds: &BOUNDS[..kind.num_components()],
            start,
            step: 0.05,
            tolerance: 1e-3,
            num_values_max: 200,
        };
        let found = minimize(search, |weights| num_values * passes.fit(values, weights).max(f64::MIN_POSITIVE).ln());
        let penalty = 2.0 * num_parameters * num_values / (num_values - num_parameters - 1.0);
        found.value.is_finite().then_some(Self { kind, weights: found.point, first, aicc: found.value + penalty })
    }

    fn forecast(&self, values: &[f64], horizon: usize) -> Vec<f64> {
        let mut passes = Passes::new(self.kind, &self.first);
        passes.fit(values, &self.weights);
        passes.extend(&self.weights, horizon)
    }
}

/// Where the first pass begins; two passes later little of it is left.
fn first_rows(kind: Kind, values: &[f64], steps: usize) -> Option<Rows> {
    /// How many values make the level without a season.
    const NUM_LEVEL: usize = 10;

    let mean = |num: usize| values[..num].iter().sum::<f64>() / num as f64;
    let rows = match kind {
        Kind::Plain => Rows { level: Pair::first(mean(NUM_LEVEL.min(values.len()))), season: vec![] },
        Kind::Simple => {
            let season = values[..steps].iter().map(|value| Pair::first(*value)).collect();
            Rows { level: Pair::default(), season }
        }
        Kind::Partial | Kind::Full => {
            let figures = seasonal_figures(values, steps, Season::Additive)?;
            Rows { level: Pair::first(mean(steps)), season: figures.into_iter().map(Pair::first).collect() }
        }
    };
    Some(rows)
}

#[cfg(test)]
mod tests;
