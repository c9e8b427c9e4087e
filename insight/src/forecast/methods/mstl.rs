//! Several seasons at once: each is taken off by STL, what is left goes on by exponential smoothing, and the last cycle
//! of each season is put back (Bandara, Hyndman and Bergmeir 2021, MSTL).

use stlrs::{Mstl as Decomposition, StlParams};

use super::super::method::{History, Method};
use super::ets::EtsModel;
use super::{finite, is_constant};

/// MSTL over all seasons that the history holds at least twice. None without any: then it would be plain smoothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mstl;

impl Method for Mstl {
    fn name(&self) -> &'static str {
        "mstl"
    }

    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>> {
        let values = history.values;
        let held = |steps: &usize| *steps >= 2 && 2 * steps <= values.len();
        let seasons: Vec<usize> = history.seasons.iter().copied().filter(held).collect();
        if seasons.is_empty() {
            return None;
        }
        if is_constant(values) {
            return Some(vec![*values.first()?; horizon]);
        }
        let mut local_constant = StlParams::new();
        local_constant.seasonal_degree(0);
        let parts = Decomposition::params().stl_params(local_constant).fit(values, &seasons).ok()?;
        let rest: Vec<f64> = parts.trend().iter().zip(parts.remainder()).map(|(trend, left)| trend + left).collect();
        let mut ahead = if is_constant(&rest) {
            vec![*rest.first()?; horizon]
        } else {
            EtsModel::choose_of_season(&rest, 1)?.forecast(horizon)
        };
        for (steps, season) in seasons.iter().zip(parts.seasonal()) {
            let last = &season[season.len() - steps..];
            for (value, figure) in ahead.iter_mut().zip(last.iter().cycle()) {
                *value += figure;
            }
        }
        finite(ahead)
    }
}
