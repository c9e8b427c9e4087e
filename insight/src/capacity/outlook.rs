//! What capacity is planned from: a forecast, and how far forecasts of the same series were off before.

use chrono::{DateTime, FixedOffset};

/// Fewer back-tests than this tell nothing of how levels are missed.
pub const NUM_BACK_TESTS_MIN: usize = 4;

/// A forecast of something that flows (invoices, bytes, money a step), from now to the end of the time that is planned.
#[derive(Debug, Clone, Copy)]
pub struct Outlook<'a> {
    /// The series' name: same name and same forecast, same paths.
    pub series: &'a str,
    /// When each step begins, ascending, in the city's own time.
    pub times: &'a [DateTime<FixedOffset>],
    /// What is expected in each step. Below 0 counts as 0.
    pub mean: &'a [f64],
    /// After how many steps the pattern repeats (24 of hours, 7 of days); 1 where it does not.
    pub season: usize,
    /// Where in its season the first step stands, from 0 on.
    pub first_phase: usize,
    /// Forecasts of the past, made at the same horizon, beside what happened.
    pub back_tests: &'a [BackTest],
}

/// A forecast of the past beside what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct BackTest {
    /// Where in its season its first step stands.
    pub first_phase: usize,
    /// What was expected of each step.
    pub forecast: Vec<f64>,
    /// What happened in each.
    pub actual: Vec<f64>,
}

/// Why nothing can be planned from an outlook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Times and values do not belong together.
    #[error("a forecast needs a season and at least one step, and every step a time and a finite value")]
    Steps,
    /// A back-test's halves do not belong together.
    #[error("back-test number {0} needs a finite forecast and a finite actual value of each step")]
    BackTest(usize),
    /// Too little is known of errors.
    #[error("four back-tests are needed at least, and one must hold a whole season from the forecast's first phase on")]
    TooFewErrors,
}

/// How good forecasts of the series were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// How many back-tests there are.
    pub num_back_tests: usize,
    /// Sum of absolute errors by sum of what happened (WAPE); infinite where nothing happened but was expected to.
    pub error: f64,
}

/// How far an advice can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Forecasts of this series were far off, or hardly tried.
    Low,
    /// In between.
    Medium,
    /// At least eight back-tests, and the error is within the goal of the domain (below 15 %).
    High,
}

impl Outlook<'_> {
    /// Whether anything can be planned from it.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check(&self) -> Result<(), Refusal> {
        let matching = self.times.len() == self.mean.len() && self.mean.iter().all(|value| value.is_finite());
        if self.mean.is_empty() || self.season == 0 || !matching {
            return Err(Refusal::Steps);
        }
        if let Some(broken) = self.back_tests.iter().position(|test| !test.is_whole()) {
            return Err(Refusal::BackTest(broken));
        }
        if self.back_tests.len() < NUM_BACK_TESTS_MIN { Err(Refusal::TooFewErrors) } else { Ok(()) }
    }

    /// How good forecasts were.
    #[must_use]
    pub fn accuracy(&self) -> Accuracy {
        let pairs = || self.back_tests.iter().flat_map(|test| test.forecast.iter().zip(&test.actual));
        let missed: f64 = pairs().map(|(forecast, actual)| (actual - forecast).abs()).sum();
        let happened: f64 = pairs().map(|(_, actual)| actual.abs()).sum();
        // Nothing was expected and nothing happened: that was right.
        let error = if missed == 0.0 { 0.0 } else { missed / happened };
        Accuracy { num_back_tests: self.back_tests.len(), error }
    }
}

impl BackTest {
    fn is_whole(&self) -> bool {
        let finite = self.forecast.iter().chain(&self.actual).all(|value| value.is_finite());
        finite && self.forecast.len() == self.actual.len()
    }
}

impl Accuracy {
    /// The least of what the number of back-tests and their error allow.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        if self.num_back_tests >= 8 && self.error < 0.15 {
            Confidence::High
        } else if self.num_back_tests >= 4 && self.error < 0.3 {
            Confidence::Medium
        } else {
            Confidence::Low
        }
    }
}

impl Confidence {
    /// Its name: `high`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{days, steady};
    use super::*;

    #[test]
    fn an_outlook_that_nothing_can_be_planned_from_says_why() {
        let (times, tests) = (days(3), steady(4, 10));
        let outlook =
            Outlook { series: "a", times: &times, mean: &[1.0; 3], season: 1, first_phase: 0, back_tests: &tests };
        assert_eq!(outlook.check(), Ok(()));
        assert_eq!(Outlook { mean: &[1.0; 2], ..outlook }.check(), Err(Refusal::Steps));
        assert_eq!(Outlook { mean: &[1.0, f64::NAN, 1.0], ..outlook }.check(), Err(Refusal::Steps));
        assert_eq!(Outlook { season: 0, ..outlook }.check(), Err(Refusal::Steps));
        assert_eq!(Outlook { times: &[], mean: &[], ..outlook }.check(), Err(Refusal::Steps));
        assert_eq!(Outlook { back_tests: &tests[..3], ..outlook }.check(), Err(Refusal::TooFewErrors));
        let mut broken = tests.clone();
        broken[2].actual.pop();
        assert_eq!(Outlook { back_tests: &broken, ..outlook }.check(), Err(Refusal::BackTest(2)));
    }

    #[test]
    fn confidence_follows_the_error_and_the_number_of_trials() {
        let confidence = |num_back_tests, error| Accuracy { num_back_tests, error }.confidence();
        assert_eq!(confidence(8, 0.149), Confidence::High);
        assert_eq!(confidence(7, 0.149), Confidence::Medium);
        assert_eq!(confidence(8, 0.15), Confidence::Medium);
        assert_eq!(confidence(3, 0.0), Confidence::Low);
        assert_eq!(confidence(9, f64::INFINITY), Confidence::Low);
    }

    #[test]
    fn the_error_is_the_absolute_one_over_what_happened() {
        let tests = [BackTest { first_phase: 0, forecast: vec![10.0, 20.0], actual: vec![12.0, 18.0] }];
        let outlook = Outlook { series: "a", times: &[], mean: &[], season: 1, first_phase: 0, back_tests: &tests };
        // By hand: (2 + 2) / (12 + 18).
        assert!((outlook.accuracy().error - 4.0 / 30.0).abs() < 1e-15);
    }
}
