//! What is said about a charge, so that a person can check it against the invoice and the past ones.

use std::fmt::Write as _;

use tidemark_model::kpi::Figure;

use super::cause::Cause;
use super::judge::{Judged, Usual};
use crate::anomaly::finding::Kind;

/// `FRT of harbour-pacific, YANTIAN to BUSAN, is HKD 99,200.00: 9.40 times the median 10,550.00, usual …`.
pub(super) fn explain(judged: &Judged<'_>, num_days: i64) -> String {
    let line = &judged.line;
    let lane = line.lane.map(|lane| format!(", {lane},")).unwrap_or_default();
    let mut words = format!("{} of {}{lane} is {} {}", line.code, line.forwarder, line.currency, money(line.amount));
    if let Some(usual) = &judged.usual {
        push_usual(&mut words, line.amount, usual, num_days);
        words.push_str(match line.lane {
            Some(_) if usual.by_lane => " on this route",
            Some(_) => " on all routes",
            None => "",
        });
    }
    // Writing to a String cannot fail.
    let _ = match (judged.kind, &judged.cause) {
        (Kind::RepeatedLine, _) => write!(words, "; the same line is on the invoice already"),
        (Kind::NewCharge, _) => write!(words, "; {} has never charged {} before", line.forwarder, line.code),
        (Kind::OtherSign, _) => write!(words, "; this charge is hardly ever a credit or zero"),
        (_, Some(Cause::DecimalShift(places))) => {
            let way = if *places > 0 { "right" } else { "left" };
            let num = places.unsigned_abs();
            let unit = if num == 1 { "place" } else { "places" };
            write!(words, "; looks as if its decimal point were {num} {unit} too far to the {way}")
        }
        (_, Some(Cause::OtherCurrency(currency))) => write!(words, "; looks like an amount in {currency}"),
        (_, None) => Ok(()),
    };
    if judged.num_alike > 0 {
        let _ = write!(words, "; {} more are the same: a new price, or the same error each time", judged.num_alike);
    }
    words
}

fn push_usual(words: &mut String, amount: Figure, usual: &Usual, num_days: i64) {
    let ratio = amount.0 as f64 / usual.expected.0.max(1) as f64;
    let _ = match usual.num_prices {
        0 => write!(
            words,
            ": {ratio:.2} times the median {}, usual {} to {}",
            money(usual.expected),
            money(usual.lower),
            money(usual.upper)
        ),
        1 => write!(words, ": {ratio:.2} times the tariff {}", money(usual.expected)),
        num => write!(words, ": {ratio:.2} times the nearest of {num} prices, {}", money(usual.expected)),
    };
    let _ = match usual.num {
        0 => write!(words, " by other forwarders' charges of {num_days} days"),
        1 => write!(words, " by 1 charge of {num_days} days and other forwarders'"),
        num if num < super::OWN_FROM && usual.num_prices == 0 => {
            write!(words, " by {num} charges of {num_days} days and other forwarders'")
        }
        num => write!(words, " by {num} charges of {num_days} days"),
    };
}

/// With thousands apart and at least two digits after the point: `1,980.00`.
fn money(amount: Figure) -> String {
    let text = amount.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (nth, digit) in whole.chars().enumerate() {
        if nth > 0 && (whole.len() - nth).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{rest:0<2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_for_people() {
        for (text, expected) in
            [("1980", "1,980.00"), ("-1234567.5", "-1,234,567.50"), ("0.125", "0.125"), ("999.99", "999.99")]
        {
            assert_eq!(money(text.parse().unwrap()), expected);
        }
    }
}
