//! How probable so many events are in a span, by a rate of which little may be known.

/// Days of the group's rate that count beside one's own past.
const PRIOR_DAYS: f64 = 7.0;

/// Events over days of observation.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Rate {
    /// Events.
    pub(super) count: f64,
    /// Days in which they were counted.
    pub(super) days: f64,
}

impl Rate {
    /// Events a day, with half an event more, so that none seen is not none possible (Jeffreys' prior).
    pub(super) fn daily(self) -> f64 {
        (self.count + 0.5) / self.days.max(1.0)
    }

    /// Its own past and a week of the group's daily rate.
    pub(super) fn within(self, group_daily: f64) -> Self {
        Self { count: self.count + PRIOR_DAYS * group_daily, days: self.days + PRIOR_DAYS }
    }

    /// The probability of at least `num` events in `span` days. The rate is uncertain by a gamma distribution with what
    /// was counted, so the number of events has a negative binomial one.
    pub(super) fn p_value(self, num: u32, span: f64) -> f64 {
        let (shape, chance) = (self.count.max(1e-6), span / (self.days.max(1e-6) + span));
        // Terms of the probability mass: P(0) = (1 − chance)^shape, P(k) = P(k − 1)·chance·(shape + k − 1)/k.
        let mut term = (1.0 - chance).powf(shape);
        for nth in 1..=num {
            term *= chance * (shape + f64::from(nth) - 1.0) / f64::from(nth);
        }
        let mut sum = term;
        for nth in num + 1..num + TERMS_MAX {
            term *= chance * (shape + f64::from(nth) - 1.0) / f64::from(nth);
            sum += term;
        }
        sum.clamp(f64::MIN_POSITIVE, 1.0)
    }
}

/// Terms of the tail that are added up; each is smaller than the one before once beyond the mean.
const TERMS_MAX: u32 = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_scipy() {
        // Oracle: scipy.stats.nbinom(count, days/(days + span)).sf(num − 1).
        for (count, days, num, span, expected) in [
            (0.5, 30.0, 5, 0.02, 3.2308568404999886e-17),
            (3.0, 30.0, 5, 0.02, 2.7531728330226113e-15),
            (12.0, 37.0, 10, 0.125, 6.385830860389079e-20),
            (1.0, 7.0, 1, 1.0, 0.125),
            (200.0, 30.0, 20, 1.0, 3.4184466167048e-05),
        ] {
            let told = Rate { count, days }.p_value(num, span);
            assert!((told / expected - 1.0).abs() < 1e-9, "{count} {days} {num}: {told}, expected {expected}");
        }
    }

    #[test]
    fn more_events_are_less_probable() {
        let rate = Rate { count: 1.0, days: 30.0 }.within(0.05);
        let all: Vec<f64> = (0..20).map(|num| rate.p_value(num, 0.1)).collect();
        assert!(all.windows(2).all(|pair| pair[1] < pair[0]));
        assert!((all[0] - 1.0).abs() < 1e-9);
    }
}
