//! When a webhook is tried again. Pure: what was answered, and how often, say what is next.

use chrono::{DateTime, TimeDelta, Utc};

/// Rests between tries: those that Standard Webhooks 1.0 proposes ("Deliverability and reliability"), without its last
/// three, for after a day the next report is there.
const RESTS_S: [u32; 6] = [5, 300, 1_800, 7_200, 18_000, 36_000];

/// Tries in all: one at once, and one after each rest.
pub const TRIES_MAX: usize = RESTS_S.len() + 1;

/// Longest that a receiver may ask to be left alone.
const REST_MAX: TimeDelta = TimeDelta::hours(24);

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// An answer with this status, and the seconds of its `Retry-After`, where it had one.
    Status(u16, Option<u32>),
    /// No answer: no connection, or none in time.
    Nothing,
}

/// What is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken.
    Delivered,
    /// Try again then.
    Again(DateTime<Utc>),
    /// It will not be taken.
    GiveUp(Why),
}

/// Why it will not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The receiver says that it is gone for good (410).
    Gone,
    /// [So many](TRIES_MAX) tries were enough.
    Tries,
}

/// What is next after a try, the how-manieth it was (from 1), and when.
///
/// An answer of 2xx delivers. Redirections are not followed: a signed body goes where its owner said, or nowhere.
#[must_use]
pub fn verdict(answer: Answer, try_number: usize, at: DateTime<Utc>) -> Verdict {
    let asked = match answer {
        Answer::Status(200..=299, _) => return Verdict::Delivered,
        Answer::Status(410, _) => return Verdict::GiveUp(Why::Gone),
        Answer::Status(_, retry_after) => retry_after.unwrap_or(0),
        Answer::Nothing => 0,
    };
    let Some(rest) = try_number.checked_sub(1).and_then(|place| RESTS_S.get(place)) else {
        return Verdict::GiveUp(Why::Tries);
    };
    let rest = TimeDelta::seconds((*rest).into()).max(TimeDelta::seconds(asked.into()).min(REST_MAX));
    at.checked_add_signed(rest).map_or(Verdict::GiveUp(Why::Tries), Verdict::Again)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(answer: Answer, try_number: usize) -> Option<i64> {
        let at = DateTime::UNIX_EPOCH;
        match verdict(answer, try_number, at) {
            Verdict::Again(next) => Some((next - at).num_seconds()),
            Verdict::Delivered | Verdict::GiveUp(_) => None,
        }
    }

    #[test]
    fn rests_grow_and_tries_end() {
        let down = Answer::Status(503, None);
        let rests: Vec<_> = (1..=9).map_while(|number| after(down, number)).collect();
        // 5 s, 5 min, 30 min, 2 h, 5 h, 10 h.
        assert_eq!(rests, [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600]);
        assert_eq!(verdict(Answer::Nothing, TRIES_MAX, DateTime::UNIX_EPOCH), Verdict::GiveUp(Why::Tries));
        assert_eq!(verdict(down, 0, DateTime::UNIX_EPOCH), Verdict::GiveUp(Why::Tries));
    }

    #[test]
    fn answers_say_what_is_next() {
        let next = |status| verdict(Answer::Status(status, None), 1, DateTime::UNIX_EPOCH);
        assert!([200, 202, 204].into_iter().all(|status| next(status) == Verdict::Delivered));
        assert_eq!(next(410), Verdict::GiveUp(Why::Gone));
        assert!([301, 400, 401, 404, 429, 500].into_iter().all(|status| matches!(next(status), Verdict::Again(_))));
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_rest_but_not_for_ever() {
        assert_eq!(after(Answer::Status(429, Some(60)), 1), Some(60));
        assert_eq!(after(Answer::Status(429, Some(1)), 2), Some(300));
        assert_eq!(after(Answer::Status(503, Some(u32::MAX)), 1), Some(24 * 3_600));
    }
}
