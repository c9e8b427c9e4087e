//! Believable sign-ins, as the demo has them, with and without attacks.

use tidemark_model::time::{DAY, HOUR};

use super::*;
use crate::anomaly::finding::{Finding, Kind};

const MINUTE: i64 = HOUR / 60;
const SECOND: i64 = MINUTE / 60;

/// SplitMix64: Steele, Lea, Flood, OOPSLA 2014.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound) as i64
    }
}

/// Names of users, and addresses.
struct Names {
    users: Vec<String>,
    addresses: Vec<String>,
}

impl Names {
    fn new(num_users: usize) -> Self {
        Self {
            users: (0..num_users).map(|nth| format!("u-hkg-{nth:03}")).collect(),
            addresses: (0..250).map(|nth| format!("10.20.1.{nth}")).collect(),
        }
    }

    /// Days of a city: on five days of seven 86 % come from half past eight on, over 95 minutes, each from one of 250
    /// addresses; one try in twenty fails first.
    fn days(&self, days: std::ops::Range<i64>, random: &mut Random) -> Vec<Attempt<'_>> {
        let mut attempts = Vec::new();
        for day in days {
            let presence = if day % 7 < 5 { 86 } else { 3 };
            for user in &self.users {
                let mut at = day * DAY + 8 * HOUR + 10 * MINUTE + random.below(95 * MINUTE as u64);
                let address = Some(self.addresses[random.below(250) as usize].as_str());
                let attempt =
                    |at: i64, succeeded| Attempt { user, city: "HKG", at, local_hour: hour(at), address, succeeded };
                if random.below(100) >= presence {
                    continue;
                }
                while random.below(20) == 0 {
                    attempts.push(attempt(at, false));
                    at += 5 * SECOND + random.below(35 * SECOND as u64);
                }
                attempts.push(attempt(at, true));
            }
        }
        attempts
    }
}

fn hour(at: i64) -> u8 {
    (at.rem_euclid(DAY) / HOUR) as u8
}

fn find(past: &[Attempt<'_>], now: &[Attempt<'_>]) -> Vec<Finding> {
    let mut found = find_failures(&Failures::learn(past, 90), now);
    found.extend(find_unusual(&Habits::learn(past), now));
    found
}

#[test]
fn two_months_as_usual_have_hardly_a_finding() {
    for (seed, num_users) in [(1, 40), (2, 40), (3, 400)] {
        let (names, mut random) = (Names::new(num_users), Random(seed));
        let past = names.days(0..90, &mut random);
        let now = names.days(90..150, &mut random);
        let found = find(&past, &now);
        println!("seed {seed}: {} attempts of {num_users} users in 60 days, {} findings", now.len(), found.len());
        assert!(found.len() <= 2, "seed {seed}: {found:?}");
    }
}

#[test]
fn attacks_are_found_among_them() {
    for seed in 1..=5 {
        let (names, mut random) = (Names::new(40), Random(seed));
        let past = names.days(0..90, &mut random);
        let mut now = names.days(90..91, &mut random);
        let failed = |user: usize, at: i64, address| Attempt {
            user: names.users[user].as_str(),
            city: "HKG",
            at,
            local_hour: hour(at),
            address: Some(address),
            succeeded: false,
        };
        let at = 90 * DAY + 9 * HOUR;
        // One password tried eight times, one address that tries twelve users, and a sign-in at three at night.
        now.extend((0..8).map(|nth| failed(5, at + nth * MINUTE, "203.0.113.1")));
        now.extend((0..12).map(|nth| failed(10 + nth as usize, at + nth * 2 * MINUTE, "203.0.113.2")));
        now.push(Attempt { succeeded: true, ..failed(7, 90 * DAY + 3 * HOUR, "10.20.1.7") });
        let kinds: Vec<Kind> = find(&past, &now).iter().map(|of| of.kind).collect();
        for wanted in [Kind::FailedSignIns, Kind::Spraying, Kind::UnusualHour] {
            assert!(kinds.contains(&wanted), "seed {seed}: {wanted:?} is not among {kinds:?}");
        }
    }
}
