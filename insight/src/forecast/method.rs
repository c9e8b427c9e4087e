//! What a forecasting method is given, and what it gives back.

use std::fmt::Debug;

use super::calendar::Calendar;

/// A regular series up to now: one value a step, oldest first, no gaps.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// The values, each finite.
    pub values: &'a [f64],
    /// After how many steps the pattern repeats, ascending: `[7]` of days, `[24, 168]` of hours; empty where no season
    /// is known.
    pub seasons: &'a [usize],
    /// Which day each step is of, from the first value on and past the end of the history; None where steps are of no
    /// calendar.
    pub calendar: Option<&'a Calendar>,
}

impl History<'_> {
    /// The same series as it was known when it had `len` values.
    #[must_use]
    pub fn until(&self, len: usize) -> Self {
        Self { values: &self.values[..len.min(self.values.len())], ..*self }
    }
}

/// A way to continue a series. The same history gives the same forecast, to the last bit.
pub trait Method: Debug + Send + Sync {
    /// Its name, as `forecasts.model` shows it.
    fn name(&self) -> &'static str;

    /// The values of the next `horizon` steps, each finite. None where the history is too short, or of a kind that the
    /// method cannot continue.
    fn forecast(&self, history: History<'_>, horizon: usize) -> Option<Vec<f64>>;
}
