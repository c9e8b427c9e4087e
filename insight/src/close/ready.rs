//! Whether a month can be closed, and what stands in the way.

use chrono::{DateTime, Utc};
use tidemark_model::city::CITIES;
use tidemark_model::month::Month;

use super::{Refusal, Register};

/// Something that stands in the way of closing a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It is closed, or another month comes first.
    #[error("{0}")]
    Turn(#[from] Refusal),
    /// It goes on somewhere.
    #[error("{month} is not over in {place} yet: a month is closed when it is over everywhere")]
    NotOver {
        /// The month.
        month: Month,
        /// Where.
        place: &'static str,
    },
    /// There is nothing to allocate.
    #[error(
        "there are no cost pools of {0}: import them with `tidemark finance import --pools FILE`; a month without \
         costs has a pool of 0"
    )]
    NoPools(Month),
}

/// Everything that stands in the way of preparing a month at an instant.
#[must_use]
pub fn obstacles(register: &Register, month: Month, has_pools: bool, now: DateTime<Utc>) -> Vec<Obstacle> {
    let turn = register.check_turn(month).err().map(Obstacle::Turn);
    let not_over = goes_on_in(month, now).map(|place| Obstacle::NotOver { month, place });
    let no_pools = (!has_pools).then_some(Obstacle::NoPools(month));
    turn.into_iter().chain(not_over).chain(no_pools).collect()
}

/// A city in which a month is not over; what has no city, or one that the group does not have, counts by UTC.
fn goes_on_in(month: Month, now: DateTime<Utc>) -> Option<&'static str> {
    let Some(end) = month.next().map(Month::first_day) else { return Some("any city") };
    let city = CITIES.iter().find(|city| city.local_day(now) < end);
    city.map(|city| city.name_en).or_else(|| (now.date_naive() < end).then_some("UTC"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::{PackHash, Step};

    fn found(register: &Register, month: &str, has_pools: bool, now: &str) -> Vec<String> {
        let found = obstacles(register, month.parse().unwrap(), has_pools, now.parse().unwrap());
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_month_is_over_when_it_is_over_everywhere() {
        let at = |now: &str| found(&Register::default(), "2026-03", true, now);
        let goes_on =
            |place| [format!("2026-03 is not over in {place} yet: a month is closed when it is over everywhere")];
        // Midnight of 1 April comes to Hong Kong at 16:00, to Bangkok at 17:00 and to UTC last.
        assert_eq!(at("2026-03-31T15:59:59Z"), goes_on("Hong Kong"));
        assert_eq!(at("2026-03-31T16:59:59Z"), goes_on("Bangkok"));
        assert_eq!(at("2026-03-31T17:00:00Z"), goes_on("UTC"));
        assert_eq!(at("2026-04-01T00:00:00Z"), [""; 0]);
    }

    #[test]
    fn everything_that_stands_in_the_way_is_said_at_once() {
        let (month, pack) = ("2026-03".parse().unwrap(), PackHash([1; 32]));
        let mut register = Register::default();
        register.take(Step::Prepare { month, pack, by: "ada".to_owned() }).unwrap();
        register.take(Step::Approve { month, pack, by: "bob".to_owned() }).unwrap();
        let all = found(&register, "2026-05", false, "2026-05-31T00:00:00Z");
        let starts =
            ["2026-04 is the next month", "2026-05 is not over in Hong Kong", "there are no cost pools of 2026-05"];
        assert_eq!(all.len(), starts.len());
        assert!(all.iter().zip(starts).all(|(said, start)| said.starts_with(start)), "{all:?}");
        assert!(found(&register, "2026-03", true, "2026-06-01T00:00:00Z")[0].starts_with("2026-03 is closed"));
    }
}
