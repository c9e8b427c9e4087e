//! Literals of intervals in the forms that PostgreSQL reads and arrow does not: clocks (`1 day 02:03:04`), `ago`, signs,
//! ISO 8601 (`P1DT2H`). They are written anew in words. Source: PostgreSQL 16, 8.5.4 and `DecodeInterval`.

use sqlparser::ast::{DataType, Expr, Value};

use super::make::{text, text_of};

const DAYS_PER_MONTH: f64 = 30.0;
const HOUR_US: f64 = 3_600_000_000.0;
const MINUTE_US: f64 = 60_000_000.0;
const SECOND_US: f64 = 1_000_000.0;
const DAY_US: f64 = 24.0 * HOUR_US;

/// Writes a literal of an interval in words, where it has another form.
pub(super) fn rewrite(expression: &mut Expr) {
    match expression {
        Expr::Interval(interval) if interval.leading_field.is_none() && interval.last_field.is_none() => {
            if let Some(words) = text_of(&interval.value).and_then(in_words) {
                *interval.value = text(words);
            }
        }
        Expr::Cast { expr, data_type: DataType::Interval { .. }, .. } => {
            if let Some(words) = text_of(expr).and_then(in_words) {
                **expr = text(words);
            }
        }
        Expr::TypedString(typed) if matches!(typed.data_type, DataType::Interval { .. }) => {
            if let Some(words) = super::make::text_in(&typed.value.value).and_then(in_words) {
                typed.value.value = Value::SingleQuotedString(words);
            }
        }
        _ => {}
    }
}

/// A length as it adds up.
#[derive(Debug, Default)]
struct Length {
    months: f64,
    days: f64,
    micros: f64,
}

fn in_words(literal: &str) -> Option<String> {
    let literal = literal.trim();
    let is_other = literal.contains([':', '+']) || literal.starts_with('P') || literal.ends_with("ago");
    let has_lone_sign = literal.contains("- ");
    if !is_other && !has_lone_sign {
        return None;
    }
    let length = match literal.starts_with('P') {
        true => Length::from_iso(literal)?,
        // A sign may stand apart from its number.
        false => Length::from_words(&literal.replace("- ", "-").replace("+ ", "+"))?,
    };
    length.words()
}

impl Length {
    fn from_words(literal: &str) -> Option<Self> {
        let (literal, sign) = match literal.strip_suffix("ago") {
            Some(rest) => (rest, -1.0),
            None => (literal, 1.0),
        };
        let mut length = Self::default();
        let mut words = literal.split_whitespace().peekable();
        while let Some(word) = words.next() {
            if word.contains(':') {
                length.micros += clock(word)?;
                continue;
            }
            let end = word.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(word.len());
            let (number, unit) = word.split_at(end);
            let unit = if unit.is_empty() { words.next()? } else { unit };
            length.add(number.parse().ok()?, unit)?;
        }
        for part in [&mut length.months, &mut length.days, &mut length.micros] {
            *part *= sign;
        }
        Some(length)
    }

    fn from_iso(literal: &str) -> Option<Self> {
        let mut length = Self::default();
        let mut rest = literal.strip_prefix('P')?;
        let mut is_time = false;
        while !rest.is_empty() {
            if let Some(time) = rest.strip_prefix('T') {
                is_time = true;
                rest = time;
                continue;
            }
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            let (number, after) = rest.split_at(end);
            let unit = match (after.get(..1)?, is_time) {
                ("Y", false) => "year",
                ("M", false) => "month",
                ("W", false) => "week",
                ("D", false) => "day",
                ("H", true) => "hour",
                ("M", true) => "minute",
                ("S", true) => "second",
                _ => return None,
            };
            length.add(number.parse().ok()?, unit)?;
            rest = after.get(1..)?;
        }
        Some(length)
    }

    fn add(&mut self, number: f64, unit: &str) -> Option<()> {
        match unit.to_ascii_lowercase().trim_end_matches('s') {
            "u" | "usec" | "microsecond" => self.micros += number,
            "m" if unit.eq_ignore_ascii_case("ms") => self.micros += number * 1_000.0,
            "msec" | "millisecond" => self.micros += number * 1_000.0,
            "" | "sec" | "second" => self.micros += number * SECOND_US,
            "m" | "min" | "minute" => self.micros += number * MINUTE_US,
            "h" | "hr" | "hour" => self.micros += number * HOUR_US,
            "d" | "day" => self.add_days(number),
            "w" | "week" => self.add_days(number * 7.0),
            "mon" | "month" => {
                self.months += number.trunc();
                self.add_days(number.fract() * DAYS_PER_MONTH);
            }
            "y" | "yr" | "year" => self.months += (number * 12.0).round(),
            "dec" | "decade" => self.months += (number * 120.0).round(),
            "c" | "cent" | "century" | "centurie" => self.months += (number * 1_200.0).round(),
            _ => return None,
        }
        Some(())
    }

    fn add_days(&mut self, days: f64) {
        self.days += days.trunc();
        self.micros += days.fract() * DAY_US;
    }

    fn words(&self) -> Option<String> {
        let micros = self.micros.round();
        if !(micros.is_finite() && micros.abs() < 1e17) {
            return None;
        }
        // Adding zero takes the sign off a negative one.
        let seconds = format!("{:.6}", micros / SECOND_US + 0.0);
        Some(format!("{} months {} days {seconds} seconds", self.months + 0.0, self.days + 0.0))
    }
}

/// `hours:minutes[:seconds]`, the sign for all of it, as microseconds.
fn clock(word: &str) -> Option<f64> {
    let (word, sign) = match word.strip_prefix('-') {
        Some(rest) => (rest, -1.0),
        None => (word.strip_prefix('+').unwrap_or(word), 1.0),
    };
    let mut parts = word.split(':').map(|part| part.parse::<f64>().ok().filter(|number| *number >= 0.0));
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0.0))?;
    let is_whole = parts.next().is_none() && minutes < 60.0 && seconds < 61.0;
    is_whole.then_some(sign * (hours * HOUR_US + minutes * MINUTE_US + seconds * SECOND_US))
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn other_forms_are_put_into_words() {
        for (literal, words) in [
            ("02:03:04", "0 months 0 days 7384.000000 seconds"),
            ("1 day 02:03:04.5", "0 months 1 days 7384.500000 seconds"),
            ("-1 day +2 hours", "0 months -1 days 7200.000000 seconds"),
            ("1 month - 1 day", "1 months -1 days 0.000000 seconds"),
            ("3 days ago", "0 months -3 days 0.000000 seconds"),
            ("P1Y2M3DT4H5M6S", "14 months 3 days 14706.000000 seconds"),
            ("1 year 2 mons -00:00:01", "14 months 0 days -1.000000 seconds"),
        ] {
            assert_eq!(in_words(literal).as_deref(), Some(words));
        }
        for literal in ["2 days 5 minutes", "1:2:3:4", "P1X", "soon ago"] {
            assert_eq!(in_words(literal), None, "{literal}");
        }
    }
}
