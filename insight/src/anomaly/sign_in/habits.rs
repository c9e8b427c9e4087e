//! Hours and addresses at which a user signs in.

use std::collections::BTreeMap;

use super::Attempt;
use crate::anomaly::finding::{Finding, Kind, Severity, figure, score};

/// Sign-ins from which on a user has habits: some two months of working days.
const SIGN_INS_FROM: u32 = 40;

/// Sign-ins that weigh as much as the city's habits.
const PRIOR_WEIGHT: f64 = 20.0;

/// Most probable hour, or new address, that is named.
const PROBABILITY_MAX: f64 = 0.005;

const HOURS: usize = 24;

/// What users of all cities are used to.
#[derive(Debug, Default)]
pub struct Habits<'a> {
    users: BTreeMap<&'a str, Habit<'a>>,
    cities: BTreeMap<&'a str, [u32; HOURS]>,
}

#[derive(Debug, Default)]
struct Habit<'a> {
    num: u32,
    hours: [u32; HOURS],
    num_with_address: u32,
    addresses: BTreeMap<&'a str, u32>,
}

impl<'a> Habits<'a> {
    /// Learns from past attempts; those that failed say nothing about habits.
    #[must_use]
    pub fn learn(past: &[Attempt<'a>]) -> Self {
        let mut habits = Self::default();
        for attempt in past.iter().filter(|attempt| attempt.succeeded) {
            let hour = usize::from(attempt.local_hour) % HOURS;
            habits.cities.entry(attempt.city).or_default()[hour] += 1;
            let habit = habits.users.entry(attempt.user).or_default();
            habit.num += 1;
            habit.hours[hour] += 1;
            if let Some(address) = attempt.address {
                habit.num_with_address += 1;
                *habit.addresses.entry(address).or_default() += 1;
            }
        }
        habits
    }

    /// The probability that the user signs in within an hour of this one: its own past, and the city's beside it.
    fn at_hour(&self, habit: &Habit<'_>, attempt: &Attempt<'_>) -> f64 {
        let city = self.cities.get(attempt.city).copied().unwrap_or_default();
        let num_city = city.iter().sum::<u32>().max(1);
        let of_city = f64::from(near(&city, attempt.local_hour)) / f64::from(num_city);
        (f64::from(near(&habit.hours, attempt.local_hour)) + PRIOR_WEIGHT * of_city)
            / (f64::from(habit.num) + PRIOR_WEIGHT)
    }
}

impl Habit<'_> {
    /// The probability that the next address is new (Good and Turing, smoothed by one); None for one that is known.
    fn new_address(&self, attempt: &Attempt<'_>) -> Option<f64> {
        let address = attempt.address.filter(|address| !self.addresses.contains_key(address));
        let num_once = self.addresses.values().filter(|num| **num == 1).count();
        address.map(|_| (1.0 + num_once as f64) / (1.0 + f64::from(self.num_with_address)))
    }
}

/// Sign-ins at an hour, the one before and the one after.
fn near(hours: &[u32; HOURS], hour: u8) -> u32 {
    let hour = usize::from(hour) % HOURS;
    hours[(hour + HOURS - 1) % HOURS] + hours[hour] + hours[(hour + 1) % HOURS]
}

/// Finds sign-ins at hours and from addresses that are unusual for their user, in order of time. Users with few sign-ins
/// have no habits yet, and those who come from many addresses no usual address.
#[must_use]
pub fn find_unusual<'a>(habits: &Habits<'a>, attempts: &[Attempt<'a>]) -> Vec<Finding> {
    let mut sorted: Vec<&Attempt<'a>> = attempts.iter().filter(|attempt| attempt.succeeded).collect();
    sorted.sort_by_key(|attempt| (attempt.at, attempt.user));
    let mut findings = Vec::new();
    for attempt in sorted {
        let habit = habits.users.get(attempt.user).filter(|habit| habit.num >= SIGN_INS_FROM);
        let Some(habit) = habit else { continue };
        let hour = Some(habits.at_hour(habit, attempt)).filter(|chance| *chance <= PROBABILITY_MAX);
        findings.extend(hour.map(|chance| unusual_hour(attempt, habit, chance)));
        let address = habit.new_address(attempt).filter(|chance| *chance <= NEW_ADDRESS_MAX);
        findings.extend(address.map(|chance| new_address(attempt, habit, chance)));
    }
    findings
}

/// Most probable new address that is named: with no address seen once, of a user with 40 sign-ins.
const NEW_ADDRESS_MAX: f64 = 0.025;

fn unusual_hour(attempt: &Attempt<'_>, habit: &Habit<'_>, chance: f64) -> Finding {
    let num_near = near(&habit.hours, attempt.local_hour);
    let explanation = format!(
        "{} signed in at {:02} h local time; {num_near} of {} earlier sign-ins were within an hour of that",
        attempt.user, attempt.local_hour, habit.num
    );
    let observed = f64::from(attempt.local_hour);
    Finding { observed: figure(observed), ..finding(attempt, Kind::UnusualHour, chance, explanation) }
}

fn new_address(attempt: &Attempt<'_>, habit: &Habit<'_>, chance: f64) -> Finding {
    let explanation = format!(
        "{} signed in from {}, which is new; {} earlier sign-ins came from {} addresses",
        attempt.user,
        attempt.address.unwrap_or_default(),
        habit.num_with_address,
        habit.addresses.len()
    );
    finding(attempt, Kind::NewAddress, chance, explanation)
}

fn finding(attempt: &Attempt<'_>, kind: Kind, chance: f64, explanation: String) -> Finding {
    Finding {
        series: "sign_ins".to_owned(),
        subject: attempt.user.to_owned(),
        city: Some(attempt.city.to_owned()),
        forwarder: None,
        at: attempt.at,
        to: attempt.at,
        observed: figure(1.0),
        expected: None,
        lower: None,
        upper: None,
        score: score(chance),
        severity: Severity::Notice,
        kind,
        explanation,
        money_at_risk: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(user: &'static str, hour: u8, address: &'static str) -> Attempt<'static> {
        Attempt { user, city: "HKG", at: i64::from(hour), local_hour: hour, address: Some(address), succeeded: true }
    }

    /// Two users who come at eight or nine: one from the same two addresses, one always from another.
    fn past() -> Vec<Attempt<'static>> {
        let addresses: Vec<&'static str> =
            (0..100).map(|nth| &*Box::leak(format!("10.0.1.{nth}").into_boxed_str())).collect();
        let days = (0..100_usize).map(|day| {
            let hour = 8 + (day % 2) as u8;
            [sign_in("settled", hour, ["10.0.0.1", "10.0.0.2"][day % 2]), sign_in("roaming", hour, addresses[day])]
        });
        days.flatten().collect()
    }

    #[test]
    fn an_hour_at_which_nobody_comes_is_named_and_the_next_hour_is_not() {
        let habits = Habits::learn(&past());
        let found = find_unusual(&habits, &[sign_in("settled", 3, "10.0.0.1"), sign_in("settled", 10, "10.0.0.1")]);
        assert_eq!(found.len(), 1);
        let expected = "settled signed in at 03 h local time; 0 of 100 earlier sign-ins were within an hour of that";
        assert_eq!(found[0].explanation, expected);
    }

    #[test]
    fn a_new_address_is_news_only_of_who_has_few() {
        let habits = Habits::learn(&past());
        let found = find_unusual(&habits, &[sign_in("settled", 8, "192.0.2.1"), sign_in("roaming", 8, "192.0.2.1")]);
        assert_eq!(
            found.iter().map(|of| (of.kind, of.subject.as_str())).collect::<Vec<_>>(),
            [(Kind::NewAddress, "settled")]
        );
        // (1 + 0 seen once) / (1 + 100).
        assert!((found[0].score - 101_f64.log10()).abs() < 1e-12);
    }

    #[test]
    fn who_has_no_habits_yet_has_no_findings() {
        let habits = Habits::learn(&past()[..60]);
        assert_eq!(find_unusual(&habits, &[sign_in("settled", 3, "192.0.2.1")]), []);
        assert_eq!(find_unusual(&habits, &[sign_in("stranger", 3, "192.0.2.1")]), []);
    }
}
