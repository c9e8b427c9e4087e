//! Bursts of failed sign-ins: of one user, of a whole city, and from one address at many users.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::time::{DAY, Micros};

use super::Attempt;
use super::rate::Rate;
use crate::anomaly::finding::{Finding, Kind, Severity, figure, score};

const MINUTE: Micros = 60_000_000;

/// A user's burst: so many failures in so long. Five failures lock an account (domain, access).
const USER: Burst = Burst { span: 10 * MINUTE, num_min: 5, users_min: 1 };
/// A city's burst, of several users.
const CITY: Burst = Burst { span: 60 * MINUTE, num_min: 10, users_min: 3 };
/// Spraying: failures of many users from one address.
const ADDRESS: Burst = Burst { span: 60 * MINUTE, num_min: 5, users_min: 5 };

/// Most probable burst that is named, by the rate of who had it.
const PROBABILITY_MAX: f64 = 1e-4;

/// A day's failures fall into some eight hours of work: in a span of these, three times as many are usual.
const WORKING_SHARE: f64 = 3.0;

/// A city's burst is beyond the most of any past day at these hours by this factor: Monday mornings are no attack.
const BEYOND_MOST: f64 = 1.5;

#[derive(Debug, Clone, Copy)]
struct Burst {
    span: Micros,
    num_min: u32,
    users_min: usize,
}

/// What is usual: failures by user, city and address over a reference span.
#[derive(Debug, Default)]
pub struct Failures<'a> {
    users: BTreeMap<&'a str, f64>,
    cities: BTreeMap<&'a str, f64>,
    /// By city and hour of its clock.
    hours: BTreeMap<(&'a str, u8), Hour>,
    addresses: BTreeMap<&'a str, f64>,
    /// Users of a city that tried to sign in at all.
    num_users: BTreeMap<&'a str, BTreeSet<&'a str>>,
    days: f64,
}

/// One hour of a city's clock over all days.
#[derive(Debug, Clone, Copy, Default)]
struct Hour {
    count: f64,
    /// On the day on which there were most.
    most: u32,
}

impl<'a> Failures<'a> {
    /// Learns from past attempts, of `num_days` days.
    #[must_use]
    pub fn learn(past: &[Attempt<'a>], num_days: u32) -> Self {
        let mut usual = Self { days: f64::from(num_days.max(1)), ..Self::default() };
        let mut today: BTreeMap<(&'a str, u8, Micros), u32> = BTreeMap::new();
        for attempt in past {
            usual.num_users.entry(attempt.city).or_default().insert(attempt.user);
            if !attempt.succeeded {
                *usual.users.entry(attempt.user).or_default() += 1.0;
                *usual.cities.entry(attempt.city).or_default() += 1.0;
                let day = attempt.at.div_euclid(DAY);
                *today.entry((attempt.city, attempt.local_hour, day)).or_default() += 1;
                if let Some(address) = attempt.address {
                    *usual.addresses.entry(address).or_default() += 1.0;
                }
            }
        }
        for ((city, hour, _), num) in today {
            let of = usual.hours.entry((city, hour)).or_default();
            *of = Hour { count: of.count + f64::from(num), most: of.most.max(num) };
        }
        usual
    }

    fn rate(&self, counts: &BTreeMap<&'a str, f64>, of: &str) -> Rate {
        Rate { count: counts.get(of).copied().unwrap_or(0.0), days: self.days }
    }

    /// Failures of a city in the hours of its clock that a burst touches, and the most of any day in these.
    fn at_hours(&self, burst: &[&Attempt<'_>]) -> (Rate, u32) {
        let hours: BTreeSet<(&str, u8)> = burst.iter().map(|attempt| (attempt.city, attempt.local_hour)).collect();
        let known = hours.iter().filter_map(|hour| self.hours.get(hour));
        let sum = known.fold(Hour::default(), |sum, of| Hour { count: sum.count + of.count, most: sum.most + of.most });
        (Rate { count: sum.count + 0.5, days: self.days }, sum.most)
    }

    /// Failures a day of one user of a city.
    fn daily_of_user(&self, city: &str) -> f64 {
        let num_users = self.num_users.get(city).map_or(1, BTreeSet::len).max(1);
        self.rate(&self.cities, city).daily() / num_users as f64
    }
}

/// Finds bursts among new attempts (in any order): by start, then by what they are about.
#[must_use]
pub fn find_failures<'a>(usual: &Failures<'a>, attempts: &[Attempt<'a>]) -> Vec<Finding> {
    let mut failed: Vec<&Attempt<'a>> = attempts.iter().filter(|attempt| !attempt.succeeded).collect();
    failed.sort_by_key(|attempt| (attempt.at, attempt.user));
    let mut findings = Vec::new();
    for (user, of) in grouped(&failed, |attempt| Some(attempt.user)) {
        let rate = usual.rate(&usual.users, user).within(usual.daily_of_user(of[0].city));
        let named = |burst| named(burst, rate, working_days(burst, USER), (Kind::FailedSignIns, user));
        findings.extend(bursts(&of, USER).filter_map(named));
    }
    for (_, of) in grouped(&failed, |attempt| Some(attempt.city)) {
        findings.extend(bursts(&of, CITY).filter_map(|burst| {
            let (rate, most) = usual.at_hours(burst);
            let beyond = burst.len() as f64 > BEYOND_MOST * f64::from(most);
            // The rate is of these hours, of which each day has one.
            beyond.then(|| named(burst, rate, 1.0, (Kind::FailedSignIns, "")))?
        }));
    }
    for (address, of) in grouped(&failed, |attempt| attempt.address) {
        let rate = usual.rate(&usual.addresses, address).within(usual.daily_of_user(of[0].city));
        let tries = bursts(&of, ADDRESS).filter(|burst| num_succeeded(attempts, address, burst) < burst.len());
        let named = |burst| named(burst, rate, working_days(burst, ADDRESS), (Kind::Spraying, address));
        findings.extend(tries.filter_map(named));
    }
    findings.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.kind.cmp(&b.kind)).then_with(|| a.subject.cmp(&b.subject)));
    findings
}

fn grouped<'r, 'a>(
    failed: &[&'r Attempt<'a>],
    by: impl Fn(&Attempt<'a>) -> Option<&'a str>,
) -> BTreeMap<&'a str, Vec<&'r Attempt<'a>>> {
    let mut groups: BTreeMap<&'a str, Vec<&'r Attempt<'a>>> = BTreeMap::new();
    for attempt in failed {
        if let Some(of) = by(attempt) {
            groups.entry(of).or_default().push(attempt);
        }
    }
    groups
}

/// The densest windows of failures in order of time, none of which overlap: from each failure on, all within the span;
/// a burst that goes on is one burst.
fn bursts<'s, 'r, 'a>(failed: &'s [&'r Attempt<'a>], burst: Burst) -> impl Iterator<Item = &'s [&'r Attempt<'a>]> {
    let mut next = 0;
    std::iter::from_fn(move || {
        while next < failed.len() {
            let first = next;
            let mut end = within(failed, first, burst.span);
            if enough(&failed[first..end], burst) {
                // As long as the last failures are dense too, it goes on.
                while end < failed.len() && failed[end].at - failed[end - 1].at < burst.span {
                    end += 1;
                }
                next = end;
                return Some(&failed[first..end]);
            }
            next += 1;
        }
        None
    })
}

fn within(failed: &[&Attempt<'_>], first: usize, span: Micros) -> usize {
    first + failed[first..].partition_point(|attempt| attempt.at - failed[first].at < span)
}

fn enough(failed: &[&Attempt<'_>], burst: Burst) -> bool {
    let users: BTreeSet<&str> = failed.iter().map(|attempt| attempt.user).collect();
    failed.len() >= burst.num_min as usize && users.len() >= burst.users_min
}

/// How long a burst was, in days of work, at least as long as its kind is looked for.
fn working_days(of: &[&Attempt<'_>], burst: Burst) -> f64 {
    WORKING_SHARE * length(of).max(burst.span) as f64 / DAY as f64
}

fn length(of: &[&Attempt<'_>]) -> Micros {
    of.first().zip(of.last()).map_or(0, |(first, last)| last.at - first.at)
}

/// Sign-ins from an address that succeeded while others failed: from an office's address most do.
fn num_succeeded(attempts: &[Attempt<'_>], address: &str, burst: &[&Attempt<'_>]) -> usize {
    let Some((first, last)) = burst.first().zip(burst.last()) else { return 0 };
    let during = |attempt: &&Attempt<'_>| first.at <= attempt.at && attempt.at <= last.at;
    let from = attempts.iter().filter(|attempt| attempt.address == Some(address));
    from.filter(during).filter(|attempt| attempt.succeeded).count()
}

/// The finding of a burst, unless it is too probable by a rate and a span of days that the rate is of.
fn named(of: &[&Attempt<'_>], rate: Rate, span: f64, (kind, subject): (Kind, &str)) -> Option<Finding> {
    let (first, last) = (of.first()?, of.last()?);
    let num = u32::try_from(of.len()).unwrap_or(u32::MAX);
    let p_value = rate.p_value(num, span);
    if p_value > PROBABILITY_MAX {
        return None;
    }
    let num_users = of.iter().map(|attempt| attempt.user).collect::<BTreeSet<_>>().len();
    let whose = match (kind, subject) {
        (Kind::Spraying, address) => format!("from {address} at {num_users} users"),
        (_, "") => format!("of {num_users} users in {}", first.city),
        (_, user) => format!("of {user} in {}", first.city),
    };
    let (usual, minutes) = (rate.count / rate.days, length(of) / MINUTE);
    let when = if kind == Kind::FailedSignIns && subject.is_empty() { "at these hours" } else { "a day" };
    Some(Finding {
        series: "sign_ins".to_owned(),
        subject: subject.to_owned(),
        city: Some(first.city.to_owned()),
        forwarder: None,
        at: first.at,
        to: last.at + 1,
        observed: figure(f64::from(num)),
        expected: Some(figure(usual * span)),
        lower: None,
        upper: None,
        score: score(p_value),
        severity: if kind == Kind::Spraying { Severity::Act } else { Severity::Warn },
        kind,
        explanation: format!("{num} failed sign-ins {whose} within {minutes} minutes; usual {usual:.2} {when}"),
        money_at_risk: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: [&str; 8] = ["u-1", "u-2", "u-3", "u-4", "u-5", "u-6", "u-7", "u-8"];

    fn failure(user: &'static str, address: &'static str, minute: i64) -> Attempt<'static> {
        let at = 100 * DAY + minute * MINUTE;
        Attempt { user, city: "HKG", at, local_hour: 9, address: Some(address), succeeded: false }
    }

    /// Thirty days of eight users who fail once in ten days.
    fn usual() -> Failures<'static> {
        let day = |day: i64| {
            let user = USERS[(day % 8) as usize];
            Attempt { at: day * DAY, succeeded: day % 10 != 0, ..failure(user, "10.0.0.1", 0) }
        };
        let past: Vec<Attempt<'static>> = (0..30).flat_map(|nth| [day(nth), day(nth + 3), day(nth + 5)]).collect();
        Failures::learn(&past, 30)
    }

    #[test]
    fn a_users_burst_is_one_finding_however_long_it_is() {
        let attempts: Vec<_> = (0..12).map(|minute| failure("u-3", "10.0.0.9", minute)).collect();
        let found = find_failures(&usual(), &attempts);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].kind, found[0].subject.as_str()), (Kind::FailedSignIns, "u-3"));
        assert!(found[0].explanation.starts_with("12 failed sign-ins of u-3 in HKG within 11 minutes; usual 0."));
    }

    #[test]
    fn four_failures_and_failures_over_a_day_are_none() {
        let few: Vec<_> = (0..4).map(|minute| failure("u-3", "10.0.0.9", minute)).collect();
        assert_eq!(find_failures(&usual(), &few), []);
        let slow: Vec<_> = (0..6).map(|nth| failure("u-3", "10.0.0.9", nth * 120)).collect();
        assert_eq!(find_failures(&usual(), &slow), []);
    }

    #[test]
    fn one_address_that_tries_many_users_is_spraying_in_any_order() {
        let mut attempts: Vec<_> = (0..6).map(|nth| failure(USERS[nth as usize], "203.0.113.9", nth * 5)).collect();
        let found = find_failures(&usual(), &attempts);
        assert_eq!(found.iter().map(|of| of.kind).collect::<Vec<_>>(), [Kind::Spraying]);
        assert!(found[0].explanation.contains("from 203.0.113.9 at 6 users"));
        attempts.reverse();
        assert_eq!(find_failures(&usual(), &attempts), found);
    }

    #[test]
    fn a_citys_burst_of_many_addresses_is_the_citys() {
        let addresses = ["198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4"];
        let at = |nth: usize| failure(USERS[nth % 8], addresses[nth % 4], nth as i64 * 3);
        let found = find_failures(&usual(), &(0..16).map(at).collect::<Vec<_>>());
        assert_eq!(
            found.iter().map(|of| (of.kind, of.subject.as_str())).collect::<Vec<_>>(),
            [(Kind::FailedSignIns, "")]
        );
        assert!(found[0].explanation.contains("of 8 users in HKG"));
    }

    #[test]
    fn an_office_whose_mornings_are_busy_is_no_attack() {
        // Forty users of one address sign in each morning, and six of them fail once.
        let users: Vec<&'static str> = (0..40).map(|nth| USERS[nth % 8]).collect();
        let morning = |day: i64| {
            let one = move |(nth, user): (usize, &&'static str)| {
                let of = failure(user, "10.0.0.1", nth as i64);
                Attempt { at: of.at + day * DAY, succeeded: nth % 7 != 0, ..of }
            };
            users.iter().enumerate().map(one).collect::<Vec<_>>()
        };
        let past: Vec<Attempt<'static>> = (-30..0).flat_map(morning).collect();
        let usual = Failures::learn(&past, 30);
        assert_eq!(find_failures(&usual, &morning(0)), []);
    }
}
