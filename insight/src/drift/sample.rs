//! Values of a column in a span of time, counted by bin.

use std::collections::BTreeMap;

/// Confidences are counted in bins of this many ten-thousandths: five points.
const CONFIDENCE_BIN: u32 = 500;

/// Values counted by bin, and how many were missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sample {
    /// Values that were not there.
    pub num_missing: u64,
    /// How often each value (or span of values) was there.
    pub counts: BTreeMap<String, u64>,
}

impl Sample {
    /// Counts values as they are; None and the empty text are missing.
    pub fn of_values<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut sample = Self::default();
        for value in values {
            match value {
                None | Some("") => sample.num_missing += 1,
                Some(value) => *sample.counts.entry(value.to_owned()).or_default() += 1,
            }
        }
        sample
    }

    /// Counts confidences (0 to 1) in bins of five points; what is no confidence is missing.
    pub fn of_confidences(values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let mut sample = Self::default();
        for value in values {
            match value.filter(|value| (0.0..=1.0).contains(value)) {
                None => sample.num_missing += 1,
                Some(value) => *sample.counts.entry(confidence_bin(value)).or_default() += 1,
            }
        }
        sample
    }

    /// Values that were there.
    #[must_use]
    pub fn num(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Share of values that were missing; 0 of none.
    #[must_use]
    pub fn missing_rate(&self) -> f64 {
        let num_all = self.num() + self.num_missing;
        if num_all == 0 { 0.0 } else { self.num_missing as f64 / num_all as f64 }
    }
}

/// The bin of a confidence, as text that sorts as the confidences do: `0.90-0.95`. 1 is in the last.
fn confidence_bin(value: f64) -> String {
    let lowest = ((value * 10_000.0).round() as u32 / CONFIDENCE_BIN * CONFIDENCE_BIN).min(10_000 - CONFIDENCE_BIN);
    format!("{:.2}-{:.2}", f64::from(lowest) / 10_000.0, f64::from(lowest + CONFIDENCE_BIN) / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_empty_ones_are_missing() {
        let sample = Sample::of_values([Some("Busan"), None, Some("Busan"), Some(""), Some("Yantian")]);
        assert_eq!((sample.num_missing, sample.num()), (2, 3));
        assert_eq!(sample.counts["Busan"], 2);
        assert!((sample.missing_rate() - 0.4).abs() < 1e-12);
        assert_eq!(Sample::default().missing_rate(), 0.0);
    }

    #[test]
    fn a_confidence_on_an_edge_belongs_to_the_bin_that_begins_there() {
        let sample = Sample::of_confidences([0.0, 0.8999, 0.9, 0.95, 1.0, f64::NAN, 1.2].map(Some));
        let labels: Vec<(&str, u64)> = sample.counts.iter().map(|(label, num)| (label.as_str(), *num)).collect();
        assert_eq!(labels, [("0.00-0.05", 1), ("0.85-0.90", 1), ("0.90-0.95", 1), ("0.95-1.00", 2)]);
        assert_eq!(sample.num_missing, 2);
    }
}
