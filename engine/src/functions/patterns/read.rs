//! A text read as a pattern says, as leniently as PostgreSQL reads it: what follows the pattern's end does not matter.

use super::PatternError;
use super::resolve::{Fields, Moment};
use super::roman::MONTHS;
use super::template::{Field, Node, Pattern, Token};
use super::write::{DAY_NAMES, MONTH_NAMES};

/// Reads a text; an error where it does not fit the pattern or is no time.
pub(crate) fn parse(text: &str, pattern: &Pattern) -> Result<Moment, PatternError> {
    let mut reader = Reader { text, rest: text, extra: 0, exact: false, fields: Fields::default() };
    for (index, node) in pattern.nodes.iter().enumerate() {
        if reader.rest.is_empty() {
            break;
        }
        let field = matches!(node, Node::Field(token) if token.field != Field::Exact);
        let skips = field || (index == 0 && matches!(node, Node::Separator(_)));
        if skips && !reader.exact {
            reader.skip_spaces();
        }
        match node {
            Node::Separator(_) => reader.separator(),
            Node::Text(_) => reader.any_character(),
            Node::Field(token) => reader.field(token, pattern.nodes.get(index + 1))?,
        }
    }
    reader.fields.resolve(text)
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    /// Characters skipped beyond those that the pattern has, which its next ones stand for.
    extra: i32,
    /// After `FX`: no leniency about spaces.
    exact: bool,
    fields: Fields,
}

impl Reader<'_> {
    fn advance(&mut self) {
        let mut characters = self.rest.chars();
        characters.next();
        self.rest = characters.as_str();
    }

    fn skip_spaces(&mut self) {
        while self.rest.starts_with(is_space) {
            self.advance();
            self.extra += 1;
        }
    }

    /// A separator stands for any other, or for none.
    fn separator(&mut self) {
        if self.exact {
            return self.advance();
        }
        self.extra -= 1;
        if self.rest.starts_with(|character: char| is_space(character) || character.is_ascii_punctuation()) {
            self.advance();
            self.extra += 1;
        }
    }

    /// A character stands for any other.
    fn any_character(&mut self) {
        if !self.exact && self.extra > 0 {
            self.extra -= 1;
        } else {
            self.advance();
        }
    }

    fn field(&mut self, token: &Token, next: Option<&Node>) -> Result<(), PatternError> {
        match token.field {
            Field::Exact => self.exact = true,
            Field::MonthName | Field::MonthShort | Field::MonthRoman | Field::DayName | Field::DayShort => {
                self.name(token)?;
            }
            Field::Noon { dots } => {
                let afternoon = self.word(token, ["AM", "PM"], dots)? == 1;
                self.fields.noon(afternoon);
            }
            Field::Era { dots } => self.fields.before_christ = self.word(token, ["AD", "BC"], dots)? == 1,
            Field::ZoneHour => self.zone_hour(token, next)?,
            Field::YearComma => self.year_comma(token)?,
            Field::Zone | Field::Offset => {
                let message = format!("formatting field \"{}\" is only supported in to_char", token.keyword);
                return Err(PatternError::new(message));
            }
            _ => self.number(token, next)?,
        }
        if token.ordinal.is_some() {
            (0..2).for_each(|_| self.advance());
        }
        if !self.exact {
            self.extra = 0;
            self.skip_spaces();
        }
        Ok(())
    }

    fn number(&mut self, token: &Token, next: Option<&Node>) -> Result<(), PatternError> {
        let digits_max = match token.field {
            Field::Millis => 3,
            Field::Fraction(digits) => digits.into(),
            Field::Hour24 | Field::Hour12 | Field::ZoneHour | Field::ZoneMinute => 2,
            Field::IsoWeekday => 1,
            Field::IsoDayOfYear => 3,
            _ => token.keyword.len(),
        };
        let (value, digits) = self.integer(token, digits_max, next)?;
        self.fields.set(token, value, digits)
    }

    /// An integer and how many characters it took: all there are where no digit can follow, else `digits_max` of them.
    fn integer(&mut self, token: &Token, digits_max: usize, next: Option<&Node>) -> Result<(i32, usize), PatternError> {
        self.rest = self.rest.trim_start_matches(is_space);
        let found = integer_length(self.rest);
        let slurps = token.fill || token.ordinal.is_some() || next.is_none_or(|next| !starts_with_digit(next));
        let length = if slurps { found } else { found.min(digits_max) };
        let short = !slurps && length < digits_max;
        let (number, rest) = self.rest.split_at(length);
        if length == 0 || short {
            return Err(self.unfit(token));
        }
        self.rest = rest;
        let value = number.parse().map_err(|_| {
            PatternError::new(format!("value for \"{}\" in \"{}\" is out of range", token.keyword, self.text))
        })?;
        Ok((value, length))
    }

    /// The sign belongs to hours and minutes; without one, a dash that a separator took counts.
    fn zone_hour(&mut self, token: &Token, next: Option<&Node>) -> Result<(), PatternError> {
        let before = self.text.len() - self.rest.len();
        self.fields.zone_negative = match self.rest.chars().next() {
            Some(sign @ ('+' | '-' | ' ')) => {
                self.advance();
                sign == '-'
            }
            _ => self.extra > 0 && self.text[..before].ends_with('-'),
        };
        self.number(token, next)
    }

    /// Thousands and the rest with a comma between.
    fn year_comma(&mut self, token: &Token) -> Result<(), PatternError> {
        let thousands = integer_length(self.rest);
        let after = self.rest[thousands..].strip_prefix(',').unwrap_or_default();
        let length = after.bytes().take(3).take_while(u8::is_ascii_digit).count();
        let digits = format!("{}{:0>3}", &self.rest[..thousands], &after[..length]);
        let year = digits.parse().ok().filter(|_| thousands > 0 && length > 0).ok_or_else(|| self.unfit(token))?;
        self.rest = &after[length..];
        self.fields.set(token, year, 4)
    }

    fn name(&mut self, token: &Token) -> Result<(), PatternError> {
        let index = match token.field {
            Field::MonthName => self.longest(&MONTH_NAMES),
            Field::MonthShort => self.longest(&MONTH_NAMES.map(|name| &name[..3])),
            Field::MonthRoman => self.longest(&MONTHS),
            Field::DayName => self.longest(&DAY_NAMES),
            _ => self.longest(&DAY_NAMES.map(|name| &name[..3])),
        };
        let index = index.ok_or_else(|| self.unfit(token))?;
        self.fields.set(token, index as i32 + 1, 0)
    }

    /// One of two words of two letters, with or without dots.
    fn word(&mut self, token: &Token, words: [&str; 2], dots: bool) -> Result<usize, PatternError> {
        let dotted = words.map(|word| word.chars().flat_map(|letter| [letter, '.']).collect::<String>());
        let found = if dots { self.longest(&dotted.each_ref().map(String::as_str)) } else { self.longest(&words) };
        found.ok_or_else(|| self.unfit(token))
    }

    /// Takes the longest of the names that the text goes on with, in any case; its place among them.
    fn longest(&mut self, names: &[&str]) -> Option<usize> {
        let starts = |name: &str| self.rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        let found = names.iter().enumerate().filter(|(_, name)| starts(name)).max_by_key(|(_, name)| name.len());
        let (index, name) = found?;
        self.rest = &self.rest[name.len()..];
        Some(index)
    }

    fn unfit(&self, token: &Token) -> PatternError {
        let found: String = self.rest.chars().take(token.keyword.len()).collect();
        PatternError::new(format!("invalid value \"{found}\" for \"{}\" in \"{}\"", token.keyword, self.text))
    }
}

fn is_space(character: char) -> bool {
    character.is_ascii_whitespace() || character == '\u{b}'
}

/// Length of a sign, if there is one, and the digits after it; 0 without digits.
fn integer_length(text: &str) -> usize {
    let sign = usize::from(text.starts_with(['+', '-']));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { 0 } else { sign + digits }
}

/// Whether a node can begin with a digit, so that the number before it has to end in time.
fn starts_with_digit(node: &Node) -> bool {
    match node {
        Node::Text(character) | Node::Separator(character) => character.is_ascii_digit(),
        Node::Field(token) => !matches!(
            token.field,
            Field::Era { .. }
                | Field::Noon { .. }
                | Field::DayName
                | Field::DayShort
                | Field::Exact
                | Field::MonthName
                | Field::MonthShort
                | Field::MonthRoman
                | Field::Offset
                | Field::Zone
                | Field::ZoneHour
        ),
    }
}
