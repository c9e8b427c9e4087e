//! The shape of a season: what each of its steps brings relative to their mean.

use super::settings::{Settings, Share};

/// Weeks after which half of a step's memory is replaced.
const HALF_LIFE_WEEKS: f64 = 8.0;
/// A cell holds on to what its coarser shares suggest like half a point would, and where things are few, like four of
/// them would, but not like more than so many points.
const PRIOR_POINTS: f64 = 0.5;
const PRIOR_UNITS: f64 = 4.0;
const PRIOR_POINTS_MAX: f64 = 20.0;

/// Means of a season's cells over a fading memory.
#[derive(Debug, Clone)]
pub(super) struct Season {
    /// The finest share, whose values are the cells.
    cells: Option<Share>,
    /// Shares that bring cells together, like hours of the day over the days of the week.
    coarse: Vec<Share>,
    keep: f64,
    observed: Vec<f64>,
    weight: Vec<f64>,
    factors: Vec<f64>,
}

impl Season {
    pub(super) fn new(settings: &Settings) -> Self {
        let (cells, coarse) = match settings.seasons.split_last() {
            Some((finest, coarse)) => (Some(*finest), coarse.to_vec()),
            None => (None, Vec::new()),
        };
        let num_cells = cells.map_or(1, |share| share.period.max(1) as usize);
        let num_per_week = f64::from(7 * settings.steps_per_day) / num_cells as f64;
        Self {
            cells,
            coarse,
            keep: 0.5_f64.powf(1.0 / (HALF_LIFE_WEEKS * num_per_week).max(1.0)),
            observed: vec![0.0; num_cells],
            weight: vec![0.0; num_cells],
            factors: vec![1.0; num_cells],
        }
    }

    /// The factor of a step; their mean is 1.
    pub(super) fn factor(&self, step: u64) -> f64 {
        self.cells.map_or(1.0, |share| self.factors[share.index(step)])
    }

    /// Whether every cell has been seen twice, so that the factors mean something.
    pub(super) fn is_shaped(&self) -> bool {
        self.cells.is_none() || self.weight.iter().all(|weight| *weight > 1.0)
    }

    /// Learns what a step has brought, whose kind of day brings `weight` times an ordinary one.
    pub(super) fn learn(&mut self, step: u64, observed: f64, weight: f64, unit: f64) {
        let Some(cells) = self.cells else { return };
        let index = cells.index(step);
        self.observed[index] = self.observed[index] * self.keep + observed;
        self.weight[index] = self.weight[index] * self.keep + weight;
        // Until each cell was seen once there is no shape.
        if self.weight.iter().all(|weight| *weight > 0.0) {
            self.shape(unit);
        }
    }

    fn shape(&mut self, unit: f64) {
        let mean = self.observed.iter().sum::<f64>() / self.weight.iter().sum::<f64>();
        if mean <= 0.0 {
            return;
        }
        let suggested = self.suggested(mean);
        for (index, factor) in self.factors.iter_mut().enumerate() {
            let few = PRIOR_UNITS * unit / suggested[index].max(f64::MIN_POSITIVE);
            let prior = (PRIOR_POINTS + few).min(PRIOR_POINTS_MAX);
            *factor = (self.observed[index] + prior * suggested[index]) / (self.weight[index] + prior);
        }
        let mean = self.factors.iter().sum::<f64>() / self.factors.len() as f64;
        for factor in &mut self.factors {
            *factor /= mean;
        }
    }

    /// What the coarser shares suggest for each cell, were they independent.
    fn suggested(&self, mean: f64) -> Vec<f64> {
        let mut suggested = vec![mean; self.factors.len()];
        for share in &self.coarse {
            let mut sums = vec![(0.0, 0.0); share.period.max(1) as usize];
            for (cell, (observed, weight)) in self.observed.iter().zip(&self.weight).enumerate() {
                let sum = &mut sums[share.index(cell as u64)];
                *sum = (sum.0 + observed, sum.1 + weight);
            }
            for (cell, suggested) in suggested.iter_mut().enumerate() {
                let (observed, weight) = sums[share.index(cell as u64)];
                *suggested *= observed / weight.max(f64::MIN_POSITIVE) / mean;
            }
        }
        suggested
    }
}
