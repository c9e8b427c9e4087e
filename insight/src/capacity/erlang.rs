//! How long work waits for a free worker: Erlang's formulas, and how many workers keep the wait short enough.

/// More workers than anybody runs: what needs more is not answered.
const NUM_WORKERS_MAX: u32 = 1 << 20;

/// The 95th percentile of the standard normal distribution.
const Z_95: f64 = 1.644_853_626_951_472_2;

const MS_PER_HOUR: f64 = 3_600_000.0;

/// How long one document takes one worker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Service {
    /// On average, in milliseconds; above 0.
    pub mean_ms: f64,
    /// The time that 95 of 100 documents stay below; `None` where it is not known, then times are taken as exponential.
    pub p95_ms: Option<f64>,
}

/// Work that comes to one queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Documents that arrive in an hour, at random moments; 0 or more.
    pub arrivals_per_hour: f64,
    /// How long each takes.
    pub service: Service,
}

/// How busy workers may be, and how long work may wait for them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The largest share of their time in which workers are busy; above 0 and below 1. What is left is the headroom.
    pub utilisation_max: f64,
    /// The longest mean wait in milliseconds.
    pub wait_max_ms: f64,
}

/// The probability that all of `num_workers` are busy, where work that finds none is lost.
///
/// By the recursion B(n) = a B(n - 1) / (n + a B(n - 1)), in which no term can grow beyond 1 (Jagerman, "Some properties
/// of the Erlang loss function", Bell System Technical Journal 1974).
#[must_use]
pub fn erlang_b(num_workers: u32, load: f64) -> f64 {
    (1..=num_workers).fold(1.0, |busy, n| next_erlang_b(busy, n, load))
}

/// The probability that a document must wait; 1 where the load (arrivals times service time) is all that workers can do.
///
/// C = B / (1 - ρ (1 - B)) with ρ = load / workers: Cooper, "Introduction to Queueing Theory", 1981, chapter 3.
#[must_use]
pub fn erlang_c(num_workers: u32, load: f64) -> f64 {
    waiting(erlang_b(num_workers, load), num_workers, load)
}

impl Service {
    /// Squared coefficient of variation of the time: 0 always the same, 1 exponential.
    ///
    /// Times are taken as log-normal, which two figures settle: p95 / mean = exp(z s - s² / 2). No log-normal has a
    /// 95th percentile above 3.87 means; the most variable one is taken then, and a constant time where it is below one.
    #[must_use]
    pub fn variability(&self) -> f64 {
        let Some(p95_ms) = self.p95_ms else { return 1.0 };
        let log_ratio = (p95_ms / self.mean_ms).ln();
        let s = Z_95 - (Z_95 * Z_95 - 2.0 * log_ratio).max(0.0).sqrt();
        (s.max(0.0).powi(2)).exp_m1()
    }
}

impl Demand {
    /// How many workers are busy on average: the load in erlang.
    #[must_use]
    pub fn load(&self) -> f64 {
        let load = self.arrivals_per_hour * self.service.mean_ms / MS_PER_HOUR;
        if load < 0.0 { 0.0 } else { load }
    }

    /// The mean wait in milliseconds; `None` where the queue grows for ever.
    ///
    /// Erlang C's wait, with the variability of times by Allen and Cunneen's approximation (Allen, "Probability,
    /// Statistics, and Queueing Theory", 1990): exact for exponential times, and for any times of one worker.
    #[must_use]
    pub fn mean_wait_ms(&self, num_workers: u32) -> Option<f64> {
        self.wait_ms(erlang_b(num_workers, self.load()), num_workers)
    }

    /// The fewest workers that meet a target; at least 1, and `None` where no number does.
    #[must_use]
    pub fn workers_needed(&self, target: Target) -> Option<u32> {
        let load = self.load();
        if !load.is_finite() {
            return None;
        }
        let mut busy = 1.0;
        for n in 1..=NUM_WORKERS_MAX {
            busy = next_erlang_b(busy, n, load);
            if self.meets(busy, n, target) {
                return Some(n);
            }
        }
        None
    }

    /// Whether so many workers meet a target.
    #[must_use]
    pub fn is_met(&self, num_workers: u32, target: Target) -> bool {
        self.meets(erlang_b(num_workers, self.load()), num_workers, target)
    }

    fn meets(&self, busy: f64, num_workers: u32, target: Target) -> bool {
        let calm = self.load() <= target.utilisation_max * f64::from(num_workers);
        calm && self.wait_ms(busy, num_workers).is_some_and(|wait_ms| wait_ms <= target.wait_max_ms)
    }

    fn wait_ms(&self, busy: f64, num_workers: u32) -> Option<f64> {
        let idle = f64::from(num_workers) - self.load();
        let factor = 0.5 * (1.0 + self.service.variability());
        (idle > 0.0).then(|| waiting(busy, num_workers, self.load()) * self.service.mean_ms / idle * factor)
    }
}

fn next_erlang_b(busy: f64, num_workers: u32, load: f64) -> f64 {
    load * busy / (f64::from(num_workers) + load * busy)
}

fn waiting(busy: f64, num_workers: u32, load: f64) -> f64 {
    let utilisation = load / f64::from(num_workers);
    if utilisation < 1.0 { busy / (1.0 - utilisation * (1.0 - busy)) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(left: f64, right: f64) {
        assert!((left - right).abs() <= 1e-12 * right.abs(), "{left} is not {right}");
    }

    #[test]
    fn losses_are_those_of_the_published_tables() {
        // The usual table of traffic at a loss of 1 %: 4.461, 12.03 and 84.06 erlang for 10, 20 and 100 lines.
        for (num_workers, load) in [(10, 4.461), (20, 12.03), (100, 84.06)] {
            assert!((erlang_b(num_workers, load) - 0.01).abs() < 1e-5, "{num_workers}");
        }
    }

    #[test]
    fn waits_are_those_of_exact_arithmetic_and_of_textbooks() {
        // Python's fractions over the defining sums.
        near(erlang_c(1, 0.5), 0.5);
        near(erlang_c(2, 1.6), 0.711_111_111_111_111_1);
        near(erlang_c(3, 2.0), 0.444_444_444_444_444_4);
        near(erlang_c(5, 4.0), 0.554_112_554_112_554_1);
        near(erlang_c(10, 6.0), 0.101_299_242_687_417_5);
        near(erlang_c(50, 45.0), 0.363_864_467_206_988_4);
        near(erlang_c(200, 190.0), 0.365_263_856_562_546_4);
        near(erlang_c(1_000, 980.0), 0.412_200_292_365_281_5);
        assert_eq!((erlang_c(2, 2.0), erlang_c(2, 9.0), erlang_c(3, 0.0)), (1.0, 1.0, 0.0));
        assert!(erlang_c(1_000_000, 999_000.0) < 1.0);
    }

    #[test]
    fn a_single_worker_waits_as_pollaczek_and_khinchine_say() {
        // W = ρ / (1 - ρ) * S * (1 + c²) / 2: 30 an hour of 1 minute each are ρ = 0.5, so S again at c² = 1.
        let of = |p95_ms| Demand { arrivals_per_hour: 30.0, service: Service { mean_ms: 60_000.0, p95_ms } };
        near(of(None).mean_wait_ms(1).unwrap(), 60_000.0);
        near(of(Some(60_000.0)).mean_wait_ms(1).unwrap(), 30_000.0);
        assert_eq!(Demand { arrivals_per_hour: 60.0, ..of(None) }.mean_wait_ms(1), None);
    }

    #[test]
    fn variability_is_that_of_the_log_normal_with_this_mean_and_percentile() {
        // scipy: lognorm(s = 0.7105..., mean 1000).ppf(0.95) = 2500, variance by squared mean 0.65674.
        near(Service { mean_ms: 1_000.0, p95_ms: Some(2_500.0) }.variability(), 0.656_740_062_706_979_5);
        let most = Service { mean_ms: 1_000.0, p95_ms: Some(9_000.0) }.variability();
        near(most, (Z_95 * Z_95).exp_m1());
        assert_eq!(Service { mean_ms: 1_000.0, p95_ms: Some(900.0) }.variability(), 0.0);
    }

    #[test]
    fn a_target_is_met_by_the_fewest_workers() {
        // 30 calls an hour of 5 minutes (2.5 erlang): with 3, 4, 5 and 6 agents 70, 32, 13 and 4.7 % wait, so on average
        // C * 5 min / (n - 2.5) = 7.02, 1.07 and 0.26 min.
        let demand = Demand { arrivals_per_hour: 30.0, service: Service { mean_ms: 300_000.0, p95_ms: None } };
        let needed = |utilisation_max, wait_max_ms| demand.workers_needed(Target { utilisation_max, wait_max_ms });
        assert_eq!(needed(0.99, 8.0 * 60_000.0), Some(3));
        assert_eq!(needed(0.99, 60_000.0), Some(5));
        assert_eq!(needed(0.5, 8.0 * 60_000.0), Some(5));
        assert_eq!(needed(0.4, 8.0 * 60_000.0), Some(7));
        let idle = Demand { arrivals_per_hour: 0.0, ..demand };
        assert_eq!(idle.workers_needed(Target { utilisation_max: 0.8, wait_max_ms: 0.0 }), Some(1));
        let broken = Demand { arrivals_per_hour: f64::NAN, ..demand };
        assert_eq!(broken.workers_needed(Target { utilisation_max: 0.8, wait_max_ms: 1.0 }), None);
    }

    proptest! {
        #[test]
        fn more_workers_never_wait_longer_and_more_work_never_shorter(
            arrivals_per_hour in 0.0..5_000.0_f64, mean_ms in 100.0..60_000.0_f64, ratio in 1.0..3.8_f64, n in 1..150_u32,
        ) {
            let demand = Demand { arrivals_per_hour, service: Service { mean_ms, p95_ms: Some(ratio * mean_ms) } };
            let wait = |demand: Demand, n| demand.mean_wait_ms(n).unwrap_or(f64::INFINITY);
            prop_assert!(wait(demand, n + 1) <= wait(demand, n));
            let busier = Demand { arrivals_per_hour: 1.1 * arrivals_per_hour, ..demand };
            prop_assert!(wait(busier, n) >= wait(demand, n));
            let chance = erlang_c(n, demand.load());
            prop_assert!((0.0..=1.0).contains(&chance));
        }

        #[test]
        fn one_worker_fewer_misses_the_target(
            arrivals_per_hour in 1.0..5_000.0_f64, mean_ms in 100.0..60_000.0_f64,
            utilisation_max in 0.3..0.95_f64, wait_max_ms in 1.0..60_000.0_f64,
        ) {
            let demand = Demand { arrivals_per_hour, service: Service { mean_ms, p95_ms: None } };
            let target = Target { utilisation_max, wait_max_ms };
            let meets = |n: u32| {
                demand.load() <= utilisation_max * f64::from(n)
                    && demand.mean_wait_ms(n).is_some_and(|wait_ms| wait_ms <= wait_max_ms)
            };
            let needed = demand.workers_needed(target).unwrap();
            prop_assert!(meets(needed) && (needed == 1 || !meets(needed - 1)));
        }
    }
}
