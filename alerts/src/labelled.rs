//! A gauge with two labels whose series are what the last reading had.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use arrow::array::RecordBatch;
use prometheus::{GaugeVec, Opts, Registry};

use crate::read::{numbers, texts};

/// The values of the two labels.
type Labels = (String, String);

/// One gauge, and what it shows.
#[derive(Debug)]
pub(crate) struct Labelled {
    gauge: GaugeVec,
    shown: Mutex<BTreeSet<Labels>>,
}

impl Labelled {
    /// Registers the gauge; its labels are the first two columns of what it will be set to.
    pub(crate) fn register(
        registry: &Registry,
        name: &str,
        help: &str,
        labels: [&str; 2],
    ) -> Result<Self, prometheus::Error> {
        let gauge = GaugeVec::new(Opts::new(name, help), &labels)?;
        registry.register(Box::new(gauge.clone()))?;
        Ok(Self { gauge, shown: Mutex::default() })
    }

    /// Replaces all series by the values of a column; answers how many had no place. What stays is never gone in
    /// between: a scrape at that moment would end an alert and start it again.
    pub(crate) fn set(&self, rows: &[RecordBatch], column: usize, series_max: usize) -> usize {
        let mut num_series = 0;
        let mut shown = BTreeSet::new();
        for (labels, value) in rows.iter().filter_map(|rows| values(rows, column)).flatten() {
            num_series += 1;
            if num_series <= series_max {
                self.gauge.with_label_values(&[&labels.0, &labels.1]).set(value);
                shown.insert(labels);
            }
        }
        // A set is whole at every moment, whatever panicked beside it.
        let mut before = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        for (one, other) in before.difference(&shown) {
            let _ = self.gauge.remove_label_values(&[one, other]);
        }
        *before = shown;
        num_series.saturating_sub(series_max)
    }
}

/// The rows that have a value in this column.
fn values(rows: &RecordBatch, column: usize) -> Option<Vec<(Labels, f64)>> {
    let labels = texts(rows, 0)?.into_iter().zip(texts(rows, 1)?);
    let values = labels.zip(numbers(rows, column)?);
    Some(values.filter_map(|((one, other), value)| Some(((one?, other?), value?))).collect())
}
