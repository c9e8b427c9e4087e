//! The busiest step until the end of an outlook, and how likely it is to be more than a limit.

use chrono::{DateTime, FixedOffset};

use super::paths::{Paths, rank};
use super::run_out::When;

/// Invoices an hour that must be managed on a usual day, and at the end of a month (KPI `throughput_peak_per_hour`).
pub const INVOICES_PER_HOUR: [f64; 2] = [500.0, 1_000.0];

/// How much the busiest step will have.
#[derive(Debug, Clone, PartialEq)]
pub struct Peak {
    /// As likely above as below.
    pub p50: f64,
    /// What capacity should be planned for: above it once in 20 times.
    pub p95: f64,
    /// Above it once in 100 times.
    pub p99: f64,
    /// The step that is the busiest most often.
    pub busiest_at: DateTime<FixedOffset>,
    /// The limits that were asked for, in their order.
    pub limits: Vec<Exceeded>,
}

/// How likely a limit is to be exceeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exceeded {
    /// The limit.
    pub limit: f64,
    /// The probability that any step is above it.
    pub probability: f64,
    /// When that first happens, where it does: the median over those paths in which it does.
    pub first_at: When,
}

/// The distribution of the busiest step; `None` of an outlook without steps.
#[must_use]
pub fn peak(paths: &Paths, limits: &[f64]) -> Option<Peak> {
    let peaks = paths.sorted(busiest);
    let percentile = |share| peaks.get(rank(share, peaks.len())).copied();
    Some(Peak {
        p50: percentile(0.5)?,
        p95: percentile(0.95)?,
        p99: percentile(0.99)?,
        busiest_at: busiest_at(paths)?,
        limits: limits.iter().map(|limit| exceeded(paths, *limit)).collect(),
    })
}

/// How much the busiest step of a path has.
pub(super) fn busiest(path: &[f64]) -> f64 {
    path.iter().copied().fold(0.0, f64::max)
}

fn exceeded(paths: &Paths, limit: f64) -> Exceeded {
    let mut first: Vec<usize> = paths.iter().filter_map(|path| path.iter().position(|value| *value > limit)).collect();
    first.sort_unstable();
    let median = first.get(rank(0.5, first.len())).and_then(|step| paths.times.get(*step));
    Exceeded {
        limit,
        probability: first.len() as f64 / paths.iter().count().max(1) as f64,
        first_at: median.map_or(When::NotWithinHorizon, |at| When::At(*at)),
    }
}

/// The earliest of several that are the busiest equally often.
fn busiest_at(paths: &Paths) -> Option<DateTime<FixedOffset>> {
    let mut counts = vec![0_u32; paths.times.len()];
    for path in paths.iter() {
        let busiest = path.iter().enumerate().rev().max_by(|left, right| left.1.total_cmp(right.1));
        if let Some(count) = busiest.and_then(|(step, _)| counts.get_mut(step)) {
            *count += 1;
        }
    }
    let most = counts.iter().enumerate().rev().max_by_key(|(_, count)| **count);
    most.and_then(|(step, _)| paths.times.get(step)).copied()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{certain, days};
    use super::*;

    #[test]
    fn a_limit_that_is_just_reached_is_not_exceeded() {
        let peak = peak(&certain(&[10.0, 20.0, 20.0]), &[20.0, 19.9]).unwrap();
        assert_eq!((peak.p50, peak.p99, peak.busiest_at), (20.0, 20.0, days(2)[1]));
        let [reached, exceeded] = peak.limits[..] else { panic!("two limits") };
        assert_eq!((reached.probability, reached.first_at), (0.0, When::NotWithinHorizon));
        assert_eq!((exceeded.probability, exceeded.first_at), (1.0, When::At(days(2)[1])));
    }
}
