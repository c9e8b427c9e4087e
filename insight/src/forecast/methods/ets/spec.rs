//! The classes of models, and which of them a series may have.

use super::super::decompose::Season;

/// Which error, trend and season a model has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Class {
    /// The error is a part of the expected value, not added to it.
    pub(super) has_relative_error: bool,
    pub(super) trend: Trend,
    /// None where the model has no season.
    pub(super) season: Option<Season>,
}

/// Where the level goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trend {
    /// Nowhere of its own.
    Level,
    /// By a slope.
    Linear,
    /// By a slope that dies away.
    Damped,
}

impl Class {
    /// The name in Hyndman's notation, such as `ETS(M,Ad,A)`.
    pub(super) fn name(self) -> &'static str {
        use Season::{Additive as A, Multiplicative as M};
        use Trend::{Damped, Level, Linear};
        match (self.has_relative_error, self.trend, self.season) {
            (false, Level, None) => "ETS(A,N,N)",
            (false, Level, Some(A)) => "ETS(A,N,A)",
            (false, Level, Some(M)) => "ETS(A,N,M)",
            (false, Linear, None) => "ETS(A,A,N)",
            (false, Linear, Some(A)) => "ETS(A,A,A)",
            (false, Linear, Some(M)) => "ETS(A,A,M)",
            (false, Damped, None) => "ETS(A,Ad,N)",
            (false, Damped, Some(A)) => "ETS(A,Ad,A)",
            (false, Damped, Some(M)) => "ETS(A,Ad,M)",
            (true, Level, None) => "ETS(M,N,N)",
            (true, Level, Some(A)) => "ETS(M,N,A)",
            (true, Level, Some(M)) => "ETS(M,N,M)",
            (true, Linear, None) => "ETS(M,A,N)",
            (true, Linear, Some(A)) => "ETS(M,A,A)",
            (true, Linear, Some(M)) => "ETS(M,A,M)",
            (true, Damped, None) => "ETS(M,Ad,N)",
            (true, Damped, Some(A)) => "ETS(M,Ad,A)",
            (true, Damped, Some(M)) => "ETS(M,Ad,M)",
        }
    }

    /// How many smoothing parameters are fitted.
    pub(super) fn num_parameters(self) -> usize {
        let of_trend = match self.trend {
            Trend::Level => 0,
            Trend::Linear => 1,
            Trend::Damped => 2,
        };
        1 + of_trend + usize::from(self.season.is_some())
    }

    /// How many free figures the first state has, with a season of `steps` steps: the figures of a season are known but
    /// for one.
    pub(super) fn num_states(self, steps: usize) -> usize {
        let of_season = if self.season.is_some() { steps - 1 } else { 0 };
        1 + usize::from(self.trend != Trend::Level) + of_season
    }
}

/// The classes to choose from, the plain ones first: those of Hyndman's `ets` without multiplicative trends, and without
/// those whose variance is unstable (an additive error with a multiplicative season). What multiplies is for positive
/// values only.
pub(super) fn candidates(is_seasonal: bool, is_positive: bool) -> Vec<Class> {
    let seasons: &[Option<Season>] = match (is_seasonal, is_positive) {
        (false, _) => &[None],
        (true, false) => &[None, Some(Season::Additive)],
        (true, true) => &[None, Some(Season::Additive), Some(Season::Multiplicative)],
    };
    let mut classes = Vec::new();
    for season in seasons.iter().copied() {
        for trend in [Trend::Level, Trend::Linear, Trend::Damped] {
            if season != Some(Season::Multiplicative) {
                classes.push(Class { has_relative_error: false, trend, season });
            }
            if is_positive {
                classes.push(Class { has_relative_error: true, trend, season });
            }
        }
    }
    classes
}
