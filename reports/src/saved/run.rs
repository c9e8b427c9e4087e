//! A run of a saved report: its id, its states, and who may begin it. A run's id says which report and which time, and
//! nothing of who makes it: two processes that find the same run due mean the same id, and only one claims it.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

/// How long a claim holds. Who has not finished by then has died, and the run may be claimed again.
pub const CLAIM: TimeDelta = TimeDelta::minutes(30);

/// After which time a run that had nothing to show yet looks again.
pub const WAIT: TimeDelta = TimeDelta::hours(1);

/// How long it waits for something to show: until the next month's is near.
const WAIT_MAX: TimeDelta = TimeDelta::days(27);

/// How often a run is begun. One that takes its process down with it must not do so for ever.
pub const CLAIMS_MAX: usize = 3;

/// An instant in names of runs: ISO 8601's basic form, which every file system takes.
const INSTANT: &str = "%Y%m%dT%H%M%SZ";

/// Names a run: the report, and when it was due, to the second: `daily-failures/20260301T003000Z`. One that was asked
/// for by hand has another form, for it must not stand in the way of one that is due.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(String);

impl RunId {
    /// The run that is due at an instant.
    #[must_use]
    pub fn due(name: &str, due_at: DateTime<Utc>) -> Self {
        Self(format!("{name}/{}", due_at.format(INSTANT)))
    }

    /// The run that was asked for at an instant.
    #[must_use]
    pub fn by_hand(name: &str, asked_at: DateTime<Utc>) -> Self {
        Self(format!("{name}/{}-by-hand", asked_at.format(INSTANT)))
    }

    /// Its text; also the folder of its files, below that of the destination.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a run stands. Each is a row of the history; the newest holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A process makes it.
    Claimed,
    /// There is nothing to show yet, such as a month whose costs nobody has stated; it looks again.
    Waiting,
    /// Its files are made and lie in its folders; somebody is still to be told.
    Made,
    /// Everybody has it.
    Delivered,
    /// Its files are made, and some destination did not take them in all its tries.
    Undelivered,
    /// It could not be made; trying again would not help.
    Failed,
}

impl State {
    /// As the history names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Waiting => "waiting",
            Self::Made => "made",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
        }
    }

    /// The state of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let all = [Self::Claimed, Self::Waiting, Self::Made, Self::Delivered, Self::Undelivered, Self::Failed];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// A row of a run's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// How it stood.
    pub state: State,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// What may be done with a run now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nobody makes it: claim it.
    Claim,
    /// Somebody makes it, or it is over.
    Leave,
    /// It was begun [so often](CLAIMS_MAX), and never finished: say that it failed.
    GiveUp,
}

/// What may be done with a run whose history this is, in the order in which it was written.
#[must_use]
pub fn next(history: &[Step], now: DateTime<Utc>) -> Next {
    let Some(last) = history.last() else { return Next::Claim };
    let is_held = last.state != State::Claimed || now - last.at < CLAIM;
    if is_held {
        return Next::Leave;
    }
    let num_claims = history.iter().rev().take_while(|step| step.state == State::Claimed).count();
    if num_claims < CLAIMS_MAX { Next::Claim } else { Next::GiveUp }
}

/// When a run that has nothing to show yet looks again; `None` where it has waited long enough.
#[must_use]
pub fn waits_until(due_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (now - due_at < WAIT_MAX).then_some(now + WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn steps(states: &[(State, &str)]) -> Vec<Step> {
        states.iter().map(|(state, time)| Step { state: *state, at: at(time) }).collect()
    }

    #[test]
    fn the_same_report_at_the_same_time_is_the_same_run() {
        let due = RunId::due("daily-failures", at("2026-03-01T00:30:00Z"));
        assert_eq!(due.as_str(), "daily-failures/20260301T003000Z");
        assert_eq!(due, RunId::due("daily-failures", at("2026-03-01T08:30:00.25+08:00")));
        assert_ne!(due, RunId::by_hand("daily-failures", at("2026-03-01T00:30:00Z")));
        assert_ne!(due, RunId::due("daily", at("2026-03-01T00:30:00Z")));
    }

    #[test]
    fn a_run_is_claimed_once_and_again_only_when_its_maker_is_gone() {
        let now = at("2026-03-01T01:00:00Z");
        assert_eq!(next(&[], now), Next::Claim);
        assert_eq!(next(&steps(&[(State::Claimed, "2026-03-01T00:30:01Z")]), now), Next::Leave);
        assert_eq!(next(&steps(&[(State::Claimed, "2026-03-01T00:30:00Z")]), now), Next::Claim);
        for over in [State::Made, State::Delivered, State::Undelivered, State::Failed] {
            let history = steps(&[(State::Claimed, "2026-02-01T00:00:00Z"), (over, "2026-02-01T00:01:00Z")]);
            assert_eq!(next(&history, now), Next::Leave);
            assert_eq!(State::find(over.name()), Some(over));
        }
    }

    #[test]
    fn a_run_that_never_ends_is_given_up() {
        let claims = ["2026-03-01T00:00:00Z", "2026-03-01T00:31:00Z", "2026-03-01T01:02:00Z"];
        let history = steps(&claims.map(|time| (State::Claimed, time)));
        assert_eq!(next(&history[..2], at("2026-03-01T01:02:00Z")), Next::Claim);
        assert_eq!(next(&history, at("2026-03-01T01:40:00Z")), Next::GiveUp);
    }

    #[test]
    fn a_run_waits_for_what_it_shows_until_the_next_months_is_near() {
        let due_at = at("2026-03-02T00:00:00Z");
        assert_eq!(waits_until(due_at, at("2026-03-02T00:00:05Z")), Some(at("2026-03-02T01:00:05Z")));
        assert_eq!(waits_until(due_at, at("2026-03-29T00:00:00Z")), None);
        // Looks that found nothing are no deaths.
        let looks = [State::Claimed, State::Waiting].repeat(5);
        let mut history: Vec<Step> = looks.into_iter().map(|state| Step { state, at: due_at }).collect();
        history.push(Step { state: State::Claimed, at: due_at });
        assert_eq!(next(&history, at("2026-03-02T01:00:00Z")), Next::Claim);
    }
}
