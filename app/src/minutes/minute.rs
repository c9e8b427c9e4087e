//! The looks of one minute as one row.

use super::look::{Found, Look};

/// Time between two looks, in seconds.
pub(super) const LOOK_INTERVAL_S: i64 = 10;
const MINUTE_S: i64 = 60;
const LOOKS_PER_MINUTE: i64 = MINUTE_S / LOOK_INTERVAL_S;

/// A minute that is under way.
#[derive(Debug)]
pub(super) struct Minute {
    start_s: i64,
    num_looks: i64,
    answers: Option<bool>,
    ingests: Option<bool>,
    reason: Option<String>,
}

/// A minute that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Its start, in seconds since 1970.
    pub(super) start_s: i64,
    /// Whether queries were answered at every look; none where that is not this instance's role.
    pub(super) answers: Option<bool>,
    /// Whether events were taken in at every look; likewise.
    pub(super) ingests: Option<bool>,
    /// What was wrong first.
    pub(super) reason: Option<String>,
}

impl Minute {
    /// The minute of a second since 1970.
    pub(super) const fn of(at_s: i64) -> Self {
        let start_s = at_s - at_s.rem_euclid(MINUTE_S);
        Self { start_s, num_looks: 0, answers: None, ingests: None, reason: None }
    }

    /// Whether a second lies in it.
    pub(super) const fn has(&self, at_s: i64) -> bool {
        self.start_s <= at_s && at_s < self.start_s + MINUTE_S
    }

    pub(super) fn add(&mut self, look: Look) {
        self.num_looks += 1;
        for (found, so_far) in [(look.answers, &mut self.answers), (look.ingests, &mut self.ingests)] {
            let Found::Of(outcome) = found else { continue };
            *so_far = Some(so_far.unwrap_or(true) && outcome.is_ok());
            self.reason = self.reason.take().or(outcome.err());
        }
    }

    /// Its row. Only one that was looked at to its end is good: in any other the instance started, stopped or hung.
    pub(super) fn finish(self) -> Row {
        let is_whole = self.num_looks >= LOOKS_PER_MINUTE;
        let missed = || format!("looked at {} of {LOOKS_PER_MINUTE} times", self.num_looks);
        Row {
            start_s: self.start_s,
            answers: self.answers.map(|good| good && is_whole),
            ingests: self.ingests.map(|good| good && is_whole),
            reason: self.reason.or_else(|| (!is_whole).then(missed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(answers: &[Found], ingests: &[Found]) -> Row {
        let mut minute = Minute::of(1_795_190_459);
        for (answers, ingests) in answers.iter().cloned().zip(ingests.iter().cloned()) {
            minute.add(Look { answers, ingests });
        }
        minute.finish()
    }

    fn well() -> Found {
        Found::Of(Ok(()))
    }

    fn bad(why: &str) -> Found {
        Found::Of(Err(why.to_owned()))
    }

    #[test]
    fn a_minute_is_good_where_all_its_looks_were() {
        let found = row(&[const { Found::Of(Ok(())) }; 6], &[const { Found::Of(Ok(())) }; 6]);
        assert_eq!(found, Row { start_s: 1_795_190_400, answers: Some(true), ingests: Some(true), reason: None });
    }

    #[test]
    fn one_look_makes_a_minute_bad_and_says_why() {
        let ingests = [well(), bad("waiting for brokers"), bad("no room"), well(), well(), well()];
        let found = row(&[const { Found::Of(Ok(())) }; 6], &ingests);
        assert_eq!((found.answers, found.ingests), (Some(true), Some(false)));
        assert_eq!(found.reason.as_deref(), Some("waiting for brokers"));
    }

    #[test]
    fn a_minute_that_was_not_looked_at_to_its_end_is_bad() {
        let found = row(&[const { Found::Of(Ok(())) }; 5], &[const { Found::NotMine }; 5]);
        assert_eq!((found.answers, found.ingests), (Some(false), None));
        assert_eq!(found.reason.as_deref(), Some("looked at 5 of 6 times"));
    }

    #[test]
    fn a_minute_has_its_sixty_seconds() {
        let minute = Minute::of(119);
        assert_eq!([59, 60, 119, 120].map(|at_s| minute.has(at_s)), [false, true, true, false]);
    }
}
