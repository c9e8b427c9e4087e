//! How many workers each step of the pipeline needs in the busiest hour, and what to change.

use super::erlang::{Demand, Service, Target};
use super::paths::Paths;
use super::peak::{Peak, busiest};

/// A step of the pipeline, as it runs now.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name: `ocr`.
    pub name: String,
    /// The share of invoices that take it (review: those that are not routed automatically); from 0 on, above 1 where one
    /// takes it several times.
    pub share: f64,
    /// How long one invoice takes one worker.
    pub service: Service,
    /// How many workers there are.
    pub num_workers: u32,
    /// How busy they may be, and how long invoices may wait for them.
    pub target: Target,
}

/// What a step needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staffing {
    /// Workers for the busiest hour that is exceeded once in 20 times.
    pub num_needed: u32,
    /// Workers for the one that is exceeded once in 100 times.
    pub num_needed_p99: u32,
    /// Share of their time in which today's workers would be busy in the former; from 1 on, work piles up. Infinite where there are none.
    pub utilisation: f64,
    /// How long invoices would wait for today's workers in it, in milliseconds; `None` where work piles up.
    pub wait_ms: Option<f64>,
    /// What to change.
    pub scaling: Scaling,
}

/// A change of the number of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaling {
    /// So many are missing.
    Add(u32),
    /// As many as are needed.
    Keep,
    /// So many are more than even the rarer peak needs.
    Release(u32),
}

/// What a step needs at a peak of invoices an hour; `None` where no number of workers meets its target.
///
/// Workers are added for the 95th percentile, but released only down to the 99th: between the two nothing changes, so
/// that a forecast that moves a little does not move workers every day.
#[must_use]
pub fn staff(step: &Step, peak: &Peak) -> Option<Staffing> {
    let num_needed = step.demand(peak.p95).workers_needed(step.target)?;
    let num_needed_p99 = step.demand(peak.p99).workers_needed(step.target)?;
    let scaling = if step.num_workers < num_needed {
        Scaling::Add(num_needed - step.num_workers)
    } else if step.num_workers > num_needed_p99 {
        Scaling::Release(step.num_workers - num_needed_p99)
    } else {
        Scaling::Keep
    };
    Some(Staffing {
        num_needed,
        num_needed_p99,
        utilisation: step.demand(peak.p95).load() / f64::from(step.num_workers),
        wait_ms: step.demand(peak.p95).mean_wait_ms(step.num_workers),
        scaling,
    })
}

/// The probability that today's workers miss their target in the busiest hour.
#[must_use]
pub fn probability_short(step: &Step, paths: &Paths) -> f64 {
    let peaks = paths.sorted(busiest);
    // The busier, the longer the wait: all peaks after the first that is too much are too much, too.
    let num_met = peaks.partition_point(|invoices| step.demand(*invoices).is_met(step.num_workers, step.target));
    (peaks.len() - num_met) as f64 / peaks.len().max(1) as f64
}

impl Step {
    fn demand(&self, invoices_per_hour: f64) -> Demand {
        Demand { arrivals_per_hour: invoices_per_hour * self.share, service: self.service }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::days;
    use super::*;

    fn step(num_workers: u32) -> Step {
        Step {
            name: "ocr".to_owned(),
            share: 1.0,
            service: Service { mean_ms: 30_000.0, p95_ms: None },
            num_workers,
            target: Target { utilisation_max: 0.8, wait_max_ms: 60_000.0 },
        }
    }

    #[test]
    fn workers_are_added_for_one_peak_and_released_for_another() {
        // 600 an hour of 30 s are 5 erlang, so 7 workers at 80 %; 800 are 6.67 erlang, so 9. Both wait far below a minute.
        let peak = Peak { p50: 500.0, p95: 600.0, p99: 800.0, busiest_at: days(1)[0], limits: Vec::new() };
        let scaling = |num_workers| staff(&step(num_workers), &peak).unwrap().scaling;
        assert_eq!(scaling(4), Scaling::Add(3));
        assert_eq!((scaling(7), scaling(9)), (Scaling::Keep, Scaling::Keep));
        assert_eq!(scaling(12), Scaling::Release(3));
        let piled_up = staff(&step(4), &peak).unwrap();
        assert_eq!((piled_up.utilisation, piled_up.wait_ms), (1.25, None));
        let half = staff(&Step { share: 0.5, ..step(4) }, &peak).unwrap();
        assert_eq!((half.num_needed, half.num_needed_p99, half.utilisation), (4, 5, 0.625));
    }
}
