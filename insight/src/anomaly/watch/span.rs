//! Which time a look is over.

use tidemark_model::time::{DAY, Micros};

/// For so long a service may be down and still look at all that came meanwhile.
const MISSED_MAX: Micros = 7 * DAY;

/// Start of the time that charges, invoices and sign-ins are judged together in: yesterday's, by UTC, so that a batch is
/// never less than a day; on the first look the day of `since_at`, where that is earlier. It moves once a day, and with
/// it what is usual is learnt anew from the time before.
pub(super) fn batch_start(last: Option<Micros>, since_at: Micros, now_at: Micros) -> Micros {
    let day_of = |at: Micros| at.div_euclid(DAY) * DAY;
    let yesterday = day_of(now_at) - DAY;
    let missed = day_of(since_at.max(now_at - MISSED_MAX));
    last.map_or(missed.min(yesterday), |_| yesterday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_yesterday_and_today_and_after_a_stop_all_that_was_missed() {
        let now_at = 100 * DAY + 7;
        assert_eq!(batch_start(None, now_at, now_at), 99 * DAY);
        assert_eq!(batch_start(None, 97 * DAY + 5, now_at), 97 * DAY);
        assert_eq!(batch_start(None, 0, now_at), 93 * DAY);
        assert_eq!(batch_start(Some(97 * DAY), 0, now_at), 99 * DAY);
    }
}
