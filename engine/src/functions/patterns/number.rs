//! A pattern for numbers, read into a list of steps and what they say of the whole number.

use super::PatternError;
use super::template::quoted_text;

/// A pattern for numbers. Counts are of digits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NumberPattern {
    pub(super) steps: Vec<Step>,
    /// Before and after the point.
    pub(super) whole: usize,
    pub(super) fraction: usize,
    /// After `V`: by how many powers of ten the number is multiplied.
    pub(super) shift: usize,
    pub(super) has_point: bool,
    pub(super) has_shift: bool,
    /// `FM`: neither padding nor trailing zeros.
    pub(super) fill: bool,
    /// The first `0` before the point: from here on there are digits.
    pub(super) zero_start: Option<usize>,
    /// After the last `0`: up to here there are digits.
    pub(super) zero_end: usize,
    pub(super) sign: Option<SignPlace>,
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) brackets: bool,
    pub(super) roman: bool,
    pub(super) exponent: bool,
    digits_before_sign: Option<usize>,
}

/// Where `S` puts the sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignPlace {
    Before,
    After,
}

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Nine,
    Zero,
    Point,
    Group,
    Currency,
    Minus,
    Plus,
    Sign,
    Roman {
        lower: bool,
    },
    Ordinal {
        lower: bool,
    },
    Text(char),
    /// Says something of the whole and writes nothing in its place.
    Fill,
    Brackets,
    SignPlace,
    Shift,
    Exponent,
    Nothing,
}

/// All keywords; of those that begin alike the longest first. Source: the PostgreSQL manual's table 9.29.
const KEYWORDS: [(&str, Step); 20] = [
    (",", Step::Group),
    (".", Step::Point),
    ("0", Step::Zero),
    ("9", Step::Nine),
    ("B", Step::Nothing),
    ("C", Step::Nothing),
    ("D", Step::Point),
    ("EEEE", Step::Exponent),
    ("FM", Step::Fill),
    ("G", Step::Group),
    ("L", Step::Currency),
    ("MI", Step::Minus),
    ("PL", Step::Plus),
    ("PR", Step::Brackets),
    ("RN", Step::Roman { lower: false }),
    ("SG", Step::Sign),
    ("SP", Step::Nothing),
    ("S", Step::SignPlace),
    ("TH", Step::Ordinal { lower: false }),
    ("V", Step::Shift),
];

impl NumberPattern {
    /// Reads a pattern; an error where its parts contradict one another.
    pub(crate) fn new(text: &str) -> Result<Self, PatternError> {
        let (mut pattern, mut rest) = (Self::default(), text);
        while !rest.is_empty() {
            if let Some((step, after)) = keyword(rest) {
                pattern.add(step)?;
                rest = after;
            } else if let Some(quoted) = rest.strip_prefix('"') {
                rest = quoted_text(quoted, &mut |character| pattern.steps.push(Step::Text(character)));
            } else {
                let escaped = if rest.starts_with("\\\"") { &rest[1..] } else { rest };
                let mut characters = escaped.chars();
                pattern.steps.extend(characters.next().map(Step::Text));
                rest = characters.as_str();
            }
        }
        pattern.whole += pattern.shift;
        if pattern.digits_before_sign == Some(pattern.whole) {
            pattern.sign = Some(SignPlace::After);
        }
        Ok(pattern)
    }

    fn add(&mut self, step: Step) -> Result<(), PatternError> {
        if self.exponent && step != Step::Exponent {
            return Err(PatternError::new("\"EEEE\" must be the last pattern used"));
        }
        match step {
            Step::Nine | Step::Zero => self.digit(step)?,
            Step::Point if self.has_point => return Err(PatternError::new("multiple decimal points")),
            Step::Point | Step::Shift if self.has_shift || (step == Step::Shift && self.has_point) => {
                return Err(PatternError::new("cannot use \"V\" and decimal point together"));
            }
            Step::Point => self.has_point = true,
            Step::Shift => self.has_shift = true,
            Step::Fill => self.fill = true,
            Step::SignPlace | Step::Minus | Step::Plus | Step::Sign | Step::Brackets => self.sign(step)?,
            Step::Roman { .. } => self.roman = true,
            Step::Exponent if self.roman || self.has_shift || self.signed() || self.fill => {
                return Err(PatternError::new("\"EEEE\" is incompatible with other formats"));
            }
            Step::Exponent => self.exponent = true,
            _ => {}
        }
        self.steps.push(step);
        Ok(())
    }

    fn digit(&mut self, step: Step) -> Result<(), PatternError> {
        if self.brackets {
            return Err(PatternError::new("\"9\" and \"0\" must be ahead of \"PR\""));
        }
        if self.has_shift {
            self.shift += 1;
            return Ok(());
        }
        if step == Step::Zero && !self.has_point {
            self.zero_start.get_or_insert(self.whole);
        }
        if self.has_point {
            self.fraction += 1
        } else {
            self.whole += 1
        }
        if step == Step::Zero {
            self.zero_end = self.whole + self.fraction;
        }
        Ok(())
    }

    const fn signed(&self) -> bool {
        self.sign.is_some() || self.plus || self.minus || self.brackets
    }

    fn sign(&mut self, step: Step) -> Result<(), PatternError> {
        let others = self.plus || self.minus || self.brackets;
        let clashes = match step {
            Step::SignPlace => others || self.sign.is_some(),
            Step::Brackets => self.signed(),
            _ => self.sign.is_some() || self.brackets,
        };
        if clashes {
            return Err(PatternError::new(
                "cannot use \"S\", \"PR\" and \"PL\"/\"MI\"/\"SG\" together, nor \"S\" twice",
            ));
        }
        match step {
            Step::Brackets => self.brackets = true,
            Step::SignPlace if self.has_point => self.sign = Some(SignPlace::After),
            Step::SignPlace => {
                self.sign = Some(SignPlace::Before);
                self.digits_before_sign = Some(self.whole);
            }
            _ => {
                self.plus |= matches!(step, Step::Plus | Step::Sign);
                self.minus |= matches!(step, Step::Minus | Step::Sign);
            }
        }
        Ok(())
    }
}

fn keyword(text: &str) -> Option<(Step, &str)> {
    KEYWORDS.iter().find_map(|(keyword, step)| {
        let spelling = text.get(..keyword.len())?;
        let lower = spelling == keyword.to_ascii_lowercase();
        let step = match step {
            _ if !lower && spelling != *keyword => return None,
            Step::Roman { .. } => Step::Roman { lower },
            Step::Ordinal { .. } => Step::Ordinal { lower },
            other => *other,
        };
        Some((step, &text[keyword.len()..]))
    })
}
