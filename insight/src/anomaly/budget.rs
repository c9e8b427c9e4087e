//! How many findings of a series are shown as alerts: a budget that shrinks for a series whose alarms were false.
//!
//! # The rule
//! Over the last [`MEMORY`], a series' strictness is the number of its findings marked as false alarms minus the number
//! acknowledged or resolved, from 0 to [`STRICTNESS_MAX`]. Each step
//! * admits a fourth of the p-values of the step before: the score that a finding needs grows by log10 4 = 0.602;
//! * halves what is shown in a month, from [`SHOWN_MAX`] down to one.
//!
//! Marks that leave the memory make the series as attentive as before. A finding that is not shown is still a row of
//! `anomalies`; nothing is lost, nobody is called. What demands that people act is shown in any case.

use tidemark_model::time::{DAY, Micros};

use super::finding::{Finding, Severity};
use super::life::State;

/// How long marks count.
pub const MEMORY: Micros = 90 * DAY;

/// Alerts of a series in a month, while none of its alarms was false.
pub const SHOWN_MAX: u32 = 8;

/// Strictest: the score needed is then 3.6 above the series' own limit.
pub const STRICTNESS_MAX: u32 = 6;

/// How an earlier finding of the series stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// When it began.
    pub at: Micros,
    /// How it stands now.
    pub state: State,
}

/// What a series may still show at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// From 0 to [`STRICTNESS_MAX`].
    pub strictness: u32,
    /// Least score of an alert.
    pub score_min: f64,
    /// Alerts in a month, at least one.
    pub shown_max: u32,
}

impl Budget {
    /// The budget of a series at an instant. `limit` is the score from which its detector reports.
    #[must_use]
    pub fn new(verdicts: &[Verdict], now: Micros, limit: f64) -> Self {
        let (mut num_false, mut num_real) = (0_u32, 0_u32);
        for verdict in verdicts.iter().filter(|verdict| now - MEMORY <= verdict.at && verdict.at <= now) {
            match verdict.state {
                State::FalseAlarm => num_false += 1,
                State::Acknowledged | State::Resolved => num_real += 1,
                State::New | State::Muted { .. } => {}
            }
        }
        let strictness = num_false.saturating_sub(num_real).min(STRICTNESS_MAX);
        let score_min = limit + f64::from(strictness) * 4_f64.log10();
        Self { strictness, score_min, shown_max: (SHOWN_MAX >> strictness).max(1) }
    }

    /// Whether a finding is shown as an alert, after `num_shown` others of its series and month.
    #[must_use]
    pub fn shows(&self, finding: &Finding, num_shown: u32) -> bool {
        finding.severity == Severity::Act || (finding.score >= self.score_min && num_shown < self.shown_max)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::finding::tests::finding;
    use super::*;

    fn verdict(days_ago: i64, state: State) -> Verdict {
        Verdict { at: NOW - days_ago * DAY, state }
    }

    const NOW: Micros = 400 * DAY;

    #[test]
    fn false_alarms_make_a_series_stricter_and_real_ones_make_up_for_them() {
        let mut verdicts = vec![verdict(1, State::FalseAlarm), verdict(2, State::FalseAlarm)];
        let strict = Budget::new(&verdicts, NOW, 3.0);
        assert_eq!((strict.strictness, strict.shown_max), (2, 2));
        // Two steps of log10 4.
        assert!((strict.score_min - 4.204_119_982_655_925).abs() < 1e-12);
        verdicts.push(verdict(3, State::Resolved));
        assert_eq!(Budget::new(&verdicts, NOW, 3.0).strictness, 1);
        assert_eq!(Budget::new(&verdicts, NOW + 89 * DAY, 3.0).strictness, 1);
        assert_eq!(Budget::new(&verdicts, NOW + 90 * DAY, 3.0).strictness, 0);
    }

    #[test]
    fn what_demands_action_is_shown_whatever_was_false() {
        let verdicts = vec![verdict(1, State::FalseAlarm); 9];
        let strict = Budget::new(&verdicts, NOW, 3.0);
        assert_eq!((strict.strictness, strict.shown_max), (STRICTNESS_MAX, 1));
        assert!(!strict.shows(&finding(), 0));
        assert!(strict.shows(&Finding { severity: Severity::Act, ..finding() }, 99));
        let calm = Budget::new(&[], NOW, 3.0);
        assert!(calm.shows(&finding(), SHOWN_MAX - 1));
        assert!(!calm.shows(&finding(), SHOWN_MAX));
    }

    proptest! {
        #[test]
        fn one_more_false_alarm_never_shows_more(days in vec((0..100_i64, any::<bool>()), 0..20), score in 0.0..9.0_f64) {
            let mut verdicts: Vec<Verdict> = days.iter()
                .map(|(days, real)| verdict(*days, if *real { State::Resolved } else { State::FalseAlarm })).collect();
            let before = Budget::new(&verdicts, NOW, 3.0);
            verdicts.push(verdict(0, State::FalseAlarm));
            let after = Budget::new(&verdicts, NOW, 3.0);
            let found = Finding { score, ..finding() };
            for shown in 0..10 {
                prop_assert!(!after.shows(&found, shown) || before.shows(&found, shown));
            }
        }
    }
}
