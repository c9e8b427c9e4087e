//! Public holidays of the group's cities, 2015 to 2030, and the weekend days on which offices work instead.
//!
//! Most follow from rules ([`rules`]) over dates that can be computed or looked up ([`moving`]). What a government sets
//! year by year is a table ([`decrees`]): China's days off and make-up days, and single days. Years that no decree has
//! settled yet, and years outside the tables, have what the rules give. Bank and school holidays are left out, and so
//! are days that only some employers give.

mod decrees;
mod moving;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use moving::{Feast, On, is_weekend};
use rules::{Replaced, Rule};

/// The cities whose holidays are known, by code.
pub const CITIES: [&str; 11] = ["HKG", "SIN", "SHA", "SZX", "CAN", "TPE", "TYO", "SEL", "BKK", "SGN", "SYD"];

/// A city's days off beside its weekends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaysOff {
    holidays: BTreeMap<NaiveDate, &'static str>,
    made_up: BTreeSet<NaiveDate>,
    keeps_lunar_new_year: bool,
}

/// A holiday that is given again on another day.
#[derive(Debug)]
struct Replacement {
    date: NaiveDate,
    rule: &'static Rule,
    /// Whether another holiday is on the same day.
    clashes: bool,
}

impl DaysOff {
    /// Those of a city in some years; none of a city that is not one of [`CITIES`].
    #[must_use]
    pub fn of(city: &str, years: RangeInclusive<i32>) -> Self {
        let mut days_off = Self { keeps_lunar_new_year: keeps_lunar_new_year(city), ..Self::default() };
        let mut replaced = Vec::new();
        // All holidays first, so that no substitute falls on another one; from the year before to the year after, whose
        // first and last days may be given again in these.
        for year in years.start() - 1..=years.end() + 1 {
            let is_arranged = is_chinese(city) && days_off.add_arranged(year);
            if !is_arranged {
                days_off.add_by_rule(city, year, &mut replaced);
            }
        }
        for replacement in replaced {
            let substitute = days_off.substitute(&replacement);
            days_off.holidays.insert(substitute, replacement.rule.name);
        }
        days_off
    }

    /// The name of the holiday on a date.
    #[must_use]
    pub fn holiday(&self, date: NaiveDate) -> Option<&'static str> {
        self.holidays.get(&date).copied()
    }

    /// Whether a date is in the week of the lunar new year in a city that keeps it, from its eve to its sixth day. So
    /// long the mainland has off; where offices open again after two or three days, trade with it still rests.
    #[must_use]
    pub fn is_lunar_new_year_week(&self, date: NaiveDate) -> bool {
        let first = On::Feast(Feast::LunarNewYear, 0).date(date.year()).filter(|_| self.keeps_lunar_new_year);
        first.is_some_and(|first| (-1..=5).contains(&(date - first).num_days()))
    }

    /// Whether a weekend day is worked, in exchange for a longer holiday.
    #[must_use]
    pub fn is_made_up(&self, date: NaiveDate) -> bool {
        self.made_up.contains(&date)
    }

    /// Whether offices work on a date: a weekday that is no holiday, or a weekend day that is made up.
    #[must_use]
    pub fn is_working(&self, date: NaiveDate) -> bool {
        self.is_made_up(date) || !(is_weekend(date) || self.holidays.contains_key(&date))
    }

    /// Adds a year that the State Council has arranged.
    fn add_arranged(&mut self, year: i32) -> bool {
        let Some((off, made_up)) = decrees::china(year) else { return false };
        self.holidays.extend(off);
        self.made_up.extend(made_up);
        true
    }

    /// Adds a year's holidays, and notes those that are given again on another day.
    fn add_by_rule(&mut self, city: &str, year: i32, replaced: &mut Vec<Replacement>) {
        let in_force = rules::of(city).iter().filter(|rule| (rule.from..=rule.until).contains(&year));
        let mut celebrated: Vec<_> = in_force.filter_map(|rule| Some((rule.on.date(year)?, rule))).collect();
        celebrated.sort_by_key(|(date, _)| *date);
        for (date, rule) in celebrated {
            let clashes = self.holidays.insert(date, rule.name).is_some();
            if rule.replaced.applies(date, clashes) {
                replaced.push(Replacement { date, rule, clashes });
            }
        }
        for (date, name) in decrees::single_days(city, year) {
            self.holidays.entry(date).or_insert(name);
        }
        self.made_up.extend(decrees::worked_saturdays(city, year));
    }

    /// The next working day, or the one before where the rule is so.
    fn substitute(&self, replacement: &Replacement) -> NaiveDate {
        let Replacement { date, rule, clashes } = *replacement;
        let goes_back = match date.weekday() {
            Weekday::Mon | Weekday::Thu => false,
            Weekday::Sun => clashes,
            _ => true,
        };
        let goes_back = goes_back && rule.replaced == Replaced::ByNearest;
        let mut day = date;
        while is_weekend(day) || self.holidays.contains_key(&day) {
            day = if goes_back { day - Days::new(1) } else { day + Days::new(1) };
        }
        day
    }
}

/// Whether the lunar new year, by whatever name, is a holiday.
fn keeps_lunar_new_year(city: &str) -> bool {
    let is_kept = |rule: &Rule| matches!(rule.on, On::Feast(Feast::LunarNewYear | Feast::Seollal | Feast::Tet, _));
    is_chinese(city) || rules::of(city).iter().any(is_kept)
}

fn is_chinese(city: &str) -> bool {
    matches!(city, "SHA" | "SZX" | "CAN")
}

#[cfg(test)]
mod tests;
