//! A number written as a pattern says, digit by digit and exactly: a decimal never passes through a float.

use super::digits::{Digits, digits, scientific};
use super::number::{NumberPattern, SignPlace, Step};
use super::roman::roman;
use super::write::ordinal;

/// Width of Roman numerals without `FM`: that of MMMDCCCLXXXVIII.
const ROMAN_WIDTH: usize = 15;

/// A number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// `value` times ten to the power of `-scale`.
    Decimal { value: i128, scale: i32 },
    /// With the number of decimal digits that the type holds for certain.
    Float { value: f64, digits_max: usize },
}

/// Writes a number; one with more digits before the point than the pattern has becomes hashes.
pub(crate) fn format_number(number: Number, pattern: &NumberPattern) -> String {
    if pattern.exponent {
        return scientific(number, pattern.fraction);
    }
    let fraction = if pattern.roman { 0 } else { pattern.fraction };
    let Digits { negative, mut text } = digits(number, fraction, pattern.shift);
    let whole = text.find('.').unwrap_or(text.len());
    let numeral = pattern.roman.then(|| text.parse().ok().filter(|_| !negative).and_then(roman));
    if whole > pattern.whole && !pattern.roman {
        let fraction = text.len().saturating_sub(whole + 1);
        text = format!("{}.{}", "#".repeat(pattern.whole), "#".repeat(fraction));
    }
    let spaces = pattern.whole.saturating_sub(whole);
    let mut writer = Writer::new(pattern, negative, text, spaces);
    for step in &pattern.steps {
        match (step, &numeral) {
            (Step::Roman { lower }, Some(numeral)) => writer.roman(numeral.as_deref(), *lower),
            (Step::Nine | Step::Zero | Step::Point, Some(_)) => {}
            _ => writer.step(*step),
        }
        if writer.ended {
            break;
        }
    }
    writer.out
}

struct Writer<'a> {
    pattern: &'a NumberPattern,
    negative: bool,
    digits: Vec<u8>,
    /// The next digit.
    at: usize,
    /// The last digit that `FM` leaves; that of the point where it leaves none.
    last_kept: Option<usize>,
    /// Digits of the pattern that the number does not have.
    spaces: usize,
    /// Digits and points of the pattern so far, and at its end.
    place: usize,
    end: usize,
    sign_written: bool,
    brackets: bool,
    in_number: bool,
    /// Whether the pattern asked for a digit beyond the last: there PostgreSQL's answer ends.
    ended: bool,
    out: String,
}

impl<'a> Writer<'a> {
    fn new(pattern: &'a NumberPattern, negative: bool, text: String, spaces: usize) -> Self {
        let brackets = pattern.brackets && (negative || !pattern.fill);
        let sign_written = match (pattern.plus || pattern.minus, pattern.sign) {
            (true, _) => pattern.minus || !pattern.plus,
            (false, None) => !negative && pattern.fill,
            (false, Some(_)) => false,
        };
        let last_kept =
            (pattern.fill && pattern.has_point).then(|| last_kept(&text, pattern.zero_end, spaces)).flatten();
        let unpadded_sign = usize::from(!sign_written && spaces == 0);
        let others = unpadded_sign + usize::from(spaces > 0) + usize::from(pattern.has_point);
        Self {
            pattern,
            negative,
            digits: text.into_bytes(),
            at: 0,
            last_kept,
            spaces,
            place: 0,
            end: (pattern.whole + pattern.fraction + others).saturating_sub(1),
            sign_written,
            brackets,
            in_number: false,
            ended: false,
            out: String::new(),
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Nine | Step::Zero | Step::Point => self.digit(step),
            Step::Group if self.in_number => self.out.push(','),
            Step::Group => self.pad(),
            // The locale's currency is "C"'s: none, shown as a space.
            Step::Currency => self.out.push(' '),
            Step::Minus if self.negative => self.out.push('-'),
            Step::Plus if !self.negative => self.out.push('+'),
            Step::Minus | Step::Plus => self.pad(),
            Step::Sign => self.out.push(self.sign()),
            Step::Ordinal { lower } => self.ordinal(lower),
            Step::Text(character) => self.out.push(character),
            _ => {}
        }
    }

    /// A space, where `FM` does not forbid it.
    fn pad(&mut self) {
        if !self.pattern.fill {
            self.out.push(' ');
        }
    }

    const fn sign(&self) -> char {
        if self.negative { '-' } else { '+' }
    }

    fn digit(&mut self, step: Step) {
        self.in_number = false;
        self.write_sign();
        let zeros = self.pattern.zero_start.is_some_and(|start| start <= self.place);
        if self.place < self.spaces && !zeros {
            self.pad();
        } else if self.place < self.spaces {
            self.out.push('0');
            self.in_number = true;
        } else {
            self.own_digit(step);
            self.at += 1;
        }
        self.place += 1;
        if self.place == self.end && !self.ended {
            self.close();
        }
    }

    /// A digit of the number, or its point.
    fn own_digit(&mut self, step: Step) {
        let dropped = self.last_kept.is_some_and(|last| self.at > last) && step != Step::Zero;
        let Some(digit) = self.digits.get(self.at) else {
            self.ended |= !dropped;
            return;
        };
        if *digit == b'.' {
            let bare = self.kept_no_fraction() && !self.pattern.fill;
            if !bare {
                self.out.push('.');
            }
        } else if dropped {
            // A zero that `FM` drops.
        } else if self.drops_leading_zero() {
            self.pad();
            if self.pattern.fill && self.kept_no_fraction() {
                self.out.push('0');
            }
        } else {
            self.out.push(char::from(*digit));
            self.in_number = true;
        }
    }

    /// Whether the zero before the point is not shown: ".1", not "0.1".
    fn drops_leading_zero(&self) -> bool {
        let zero = self.at == 0 && self.digits.first() == Some(&b'0');
        zero && self.pattern.zero_start.is_none() && self.pattern.fraction > 0
    }

    fn kept_no_fraction(&self) -> bool {
        self.last_kept.is_some_and(|last| self.digits.get(last) == Some(&b'.'))
    }

    fn write_sign(&mut self) {
        let starts = self.place >= self.spaces || self.pattern.zero_start == Some(self.place);
        let waits = self.drops_leading_zero() && self.place >= self.spaces && !self.kept_no_fraction();
        if self.sign_written || !starts || waits {
            return;
        }
        match self.pattern.sign {
            Some(SignPlace::After) => return,
            Some(SignPlace::Before) => self.out.push(self.sign()),
            None if self.brackets => self.out.push(if self.negative { '<' } else { ' ' }),
            None if self.negative => self.out.push('-'),
            None => self.pad(),
        }
        self.sign_written = true;
    }

    /// What follows the last digit.
    fn close(&mut self) {
        if self.brackets && self.sign_written {
            self.out.push(if self.negative { '>' } else { ' ' });
        } else if self.pattern.sign == Some(SignPlace::After) {
            self.out.push(self.sign());
        }
    }

    fn ordinal(&mut self, lower: bool) {
        let whole = std::str::from_utf8(&self.digits).ok().and_then(|text| text.parse().ok());
        let Some(whole) = whole.filter(|_| !self.negative && !self.pattern.has_point) else { return };
        let ending = ordinal(whole);
        self.out.push_str(&if lower { ending.to_owned() } else { ending.to_ascii_uppercase() });
    }

    fn roman(&mut self, numeral: Option<&str>, lower: bool) {
        let numeral = numeral.map_or_else(|| "#".repeat(ROMAN_WIDTH), str::to_owned);
        let numeral = if lower { numeral.to_ascii_lowercase() } else { numeral };
        let width = if self.pattern.fill { 0 } else { ROMAN_WIDTH };
        self.out.push_str(&format!("{numeral:>width$}"));
    }
}

/// The place of the last digit after the point that is not a zero or that a `0` of the pattern wants.
fn last_kept(text: &str, zero_end: usize, spaces: usize) -> Option<usize> {
    let point = text.find('.')?;
    let kept = text[point..].rfind(|character| character != '0').map_or(point, |place| point + place);
    let wanted = if zero_end > spaces { (zero_end - spaces).min(text.len() - 1) } else { 0 };
    Some(kept.max(wanted))
}
