//! A time written as a pattern says.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use super::roman::MONTHS;
use super::template::{Case, Field, Node, Pattern, Token};
use super::{Parts, PatternError};

pub(super) const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// From Sunday, as chrono's and PostgreSQL's counts from Sunday.
pub(super) const DAY_NAMES: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// Width of names without `FM`: that of "Wednesday" and "September".
const NAME_WIDTH: usize = 9;
/// The Julian day before 0001-01-01, which is chrono's day 1.
pub(super) const JULIAN_BEFORE_CE: i64 = 1_721_425;
/// Length of a month of an interval, by PostgreSQL's convention.
const DAYS_PER_MONTH: i64 = 30;

/// Writes a time; an error where an interval is asked for what only a day has.
pub(crate) fn format(parts: &Parts, pattern: &Pattern) -> Result<String, PatternError> {
    let mut text = String::new();
    for node in &pattern.nodes {
        match node {
            Node::Text(character) | Node::Separator(character) => text.push(*character),
            Node::Field(token) => write_field(parts, token, &mut text)?,
        }
    }
    Ok(text)
}

fn write_field(parts: &Parts, token: &Token, text: &mut String) -> Result<(), PatternError> {
    let number = match token.field {
        Field::Fraction(digits) => Some((i64::from(parts.micros) / 10_i64.pow(6 - u32::from(digits)), digits.into())),
        Field::Millis => Some((i64::from(parts.micros) / 1000, 3)),
        _ => number(parts, token.field)?.map(|(value, width)| {
            let sign = usize::from(value < 0 && width > 0);
            (value, if token.fill { 0 } else { width + sign })
        }),
    };
    let Some((value, width)) = number else { return write_text(parts, token, text) };
    // Writing to a string cannot fail.
    let _ = write!(text, "{value:0width$}");
    write_ordinal(value, token, text);
    Ok(())
}

fn write_ordinal(value: i64, token: &Token, text: &mut String) {
    match token.ordinal {
        Some(Case::Lower) => text.push_str(ordinal(value)),
        Some(_) => text.push_str(&ordinal(value).to_ascii_uppercase()),
        None => {}
    }
}

/// The ending of an English ordinal number.
pub(super) fn ordinal(value: i64) -> &'static str {
    match (value.unsigned_abs() % 100, value.unsigned_abs() % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// A field that is a number, and its digits; none for the others.
fn number(parts: &Parts, field: Field) -> Result<Option<(i64, usize)>, PatternError> {
    let number = match field {
        Field::Hour24 => (parts.hour, 2),
        Field::Hour12 if parts.hour % 12 == 0 => (12, 2),
        Field::Hour12 => (parts.hour % 12, 2),
        Field::Minute => (parts.minute.into(), 2),
        Field::Second => (parts.second.into(), 2),
        Field::SecondOfDay => (parts.hour * 3600 + i64::from(parts.minute * 60 + parts.second), 0),
        Field::Month => (parts.month.into(), 2),
        Field::Day => (parts.day.into(), 2),
        Field::DayOfYear => (day_of_year(parts), 3),
        Field::Week => ((day_of_year(parts) - 1) / 7 + 1, 2),
        Field::WeekOfMonth => (i64::from(parts.day - 1) / 7 + 1, 1),
        Field::Quarter if parts.month != 0 => (i64::from(parts.month - 1) / 3 + 1, 1),
        Field::Century => (century(parts), 2),
        Field::Year(digits) => year(shown(parts.year, parts), digits),
        Field::IsoYear(digits) => year(shown(iso_year(parts), parts), digits),
        Field::Julian | Field::IsoDayOfYear | Field::Weekday | Field::IsoWeekday | Field::IsoWeek => {
            day_number(date(parts)?, field)
        }
        _ => return Ok(None),
    };
    Ok(Some(number))
}

fn day_number(date: NaiveDate, field: Field) -> (i64, usize) {
    let week = date.iso_week().week();
    match field {
        Field::IsoDayOfYear => (i64::from((week - 1) * 7 + date.weekday().number_from_monday()), 3),
        Field::Weekday => (date.weekday().number_from_sunday().into(), 1),
        Field::IsoWeekday => (date.weekday().number_from_monday().into(), 1),
        Field::IsoWeek => (week.into(), 2),
        _ => (i64::from(date.num_days_from_ce()) + JULIAN_BEFORE_CE, 0),
    }
}

fn date(parts: &Parts) -> Result<NaiveDate, PatternError> {
    parts.date.ok_or_else(|| {
        PatternError::new("a pattern for an interval cannot name a day of the calendar, its month, week, era or zone")
    })
}

fn day_of_year(parts: &Parts) -> i64 {
    let months = i64::from(parts.year) * 12 + i64::from(parts.month);
    parts.date.map_or(months * DAYS_PER_MONTH + i64::from(parts.day), |date| date.ordinal().into())
}

fn iso_year(parts: &Parts) -> i32 {
    parts.date.map_or(parts.year, |date| date.iso_week().year())
}

/// Years before the first are counted back from 1, and told apart by the era alone.
fn shown(year: i32, parts: &Parts) -> i64 {
    let before_first = parts.date.is_some() && year <= 0;
    if before_first { 1 - i64::from(year) } else { year.into() }
}

fn year(year: i64, digits: u8) -> (i64, usize) {
    (if digits == 4 { year } else { year % 10_i64.pow(digits.into()) }, digits.into())
}

fn century(parts: &Parts) -> i64 {
    let year = i64::from(parts.year);
    match parts.date {
        None => year / 100,
        Some(_) if year > 0 => (year - 1) / 100 + 1,
        Some(_) => year / 100 - 1,
    }
}

fn write_text(parts: &Parts, token: &Token, text: &mut String) -> Result<(), PatternError> {
    let pad = |name: &str, width: usize| {
        if token.fill || token.localized {
            cased(name, token.case)
        } else {
            format!("{:width$}", cased(name, token.case))
        }
    };
    let month = usize::try_from(parts.month - 1).unwrap_or_default();
    let weekday = |date: NaiveDate| DAY_NAMES[date.weekday().num_days_from_sunday() as usize];
    text.push_str(&match token.field {
        Field::MonthName => date(parts).map(|_| pad(MONTH_NAMES[month], NAME_WIDTH))?,
        Field::MonthShort => date(parts).map(|_| cased(&MONTH_NAMES[month][..3], token.case))?,
        Field::DayName => pad(weekday(date(parts)?), NAME_WIDTH),
        Field::DayShort => cased(&weekday(date(parts)?)[..3], token.case),
        Field::MonthRoman if parts.month > 0 => pad(MONTHS[month], 4),
        Field::Noon { dots } => half(["AM", "PM"], parts.hour % 24 >= 12, dots, token.case),
        Field::Era { dots } => date(parts).map(|_| half(["AD", "BC"], parts.year <= 0, dots, token.case))?,
        Field::Zone if token.case == Case::Lower => date(parts).map(|_| parts.zone.to_ascii_lowercase())?,
        Field::Zone => date(parts).map(|_| parts.zone.clone())?,
        Field::ZoneHour => date(parts).map(|_| format!("{}{:02}", sign(parts), parts.offset_s.abs() / 3600))?,
        Field::ZoneMinute => date(parts).map(|_| format!("{:02}", parts.offset_s.abs() % 3600 / 60))?,
        Field::Offset => date(parts).map(|_| offset(parts, token.fill))?,
        Field::YearComma => return write_year_comma(parts, token, text),
        _ => String::new(),
    });
    Ok(())
}

fn write_year_comma(parts: &Parts, token: &Token, text: &mut String) -> Result<(), PatternError> {
    let year = shown(parts.year, parts);
    text.push_str(&format!("{},{:03}", year / 1000, year % 1000));
    write_ordinal(year, token, text);
    Ok(())
}

fn cased(name: &str, case: Case) -> String {
    match case {
        Case::Upper => name.to_ascii_uppercase(),
        Case::Lower => name.to_ascii_lowercase(),
        Case::Capital => name.to_owned(),
    }
}

/// One of two words of two letters.
fn half(words: [&str; 2], second: bool, dots: bool, case: Case) -> String {
    let word = cased(words[usize::from(second)], case);
    if dots { word.chars().flat_map(|letter| [letter, '.']).collect() } else { word }
}

fn sign(parts: &Parts) -> char {
    if parts.offset_s < 0 { '-' } else { '+' }
}

fn offset(parts: &Parts, fill: bool) -> String {
    let (hours, minutes) = (parts.offset_s.abs() / 3600, parts.offset_s.abs() % 3600 / 60);
    let width = if fill { 0 } else { 2 };
    let hours = format!("{}{hours:0width$}", sign(parts));
    if minutes == 0 { hours } else { format!("{hours}:{minutes:02}") }
}
