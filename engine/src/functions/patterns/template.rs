//! A pattern for times, read into a list of fields and of text that stands for itself.

/// A pattern for times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(super) nodes: Vec<Node>,
}

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Field(Token),
    /// A character as it is.
    Text(char),
    /// A space or punctuation outside quotes, which reading takes for any other.
    Separator(char),
}

/// A field as it is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) field: Field,
    pub(super) keyword: &'static str,
    pub(super) case: Case,
    /// `FM`: no padding.
    pub(super) fill: bool,
    /// `TM`: names of the locale, which is English, without padding.
    pub(super) localized: bool,
    /// `TH` or `th`: with the ending of an ordinal number.
    pub(super) ordinal: Option<Case>,
}

/// How a keyword's letters are written, and so its answer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Capital,
}

/// What a keyword stands for. A number beside it counts digits; dots are those of `A.M.`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Era { dots: bool },
    Noon { dots: bool },
    Century,
    DayName,
    DayShort,
    DayOfYear,
    IsoDayOfYear,
    Day,
    Weekday,
    IsoWeekday,
    Millis,
    Fraction(u8),
    Exact,
    Hour24,
    Hour12,
    Year(u8),
    YearComma,
    IsoYear(u8),
    IsoWeek,
    Julian,
    Minute,
    Month,
    MonthName,
    MonthShort,
    MonthRoman,
    Offset,
    Quarter,
    Second,
    SecondOfDay,
    Zone,
    ZoneHour,
    ZoneMinute,
    Week,
    WeekOfMonth,
}

/// All keywords; of those that begin alike the longest first. Source: the manual's table 9.27.
const KEYWORDS: [(&str, Field); 54] = [
    ("A.D.", Field::Era { dots: true }),
    ("A.M.", Field::Noon { dots: true }),
    ("AD", Field::Era { dots: false }),
    ("AM", Field::Noon { dots: false }),
    ("B.C.", Field::Era { dots: true }),
    ("BC", Field::Era { dots: false }),
    ("CC", Field::Century),
    ("DAY", Field::DayName),
    ("DDD", Field::DayOfYear),
    ("DD", Field::Day),
    ("DY", Field::DayShort),
    ("D", Field::Weekday),
    ("FF1", Field::Fraction(1)),
    ("FF2", Field::Fraction(2)),
    ("FF3", Field::Fraction(3)),
    ("FF4", Field::Fraction(4)),
    ("FF5", Field::Fraction(5)),
    ("FF6", Field::Fraction(6)),
    ("FX", Field::Exact),
    ("HH24", Field::Hour24),
    ("HH12", Field::Hour12),
    ("HH", Field::Hour12),
    ("IDDD", Field::IsoDayOfYear),
    ("ID", Field::IsoWeekday),
    ("IW", Field::IsoWeek),
    ("IYYY", Field::IsoYear(4)),
    ("IYY", Field::IsoYear(3)),
    ("IY", Field::IsoYear(2)),
    ("I", Field::IsoYear(1)),
    ("J", Field::Julian),
    ("MI", Field::Minute),
    ("MM", Field::Month),
    ("MONTH", Field::MonthName),
    ("MON", Field::MonthShort),
    ("MS", Field::Millis),
    ("OF", Field::Offset),
    ("P.M.", Field::Noon { dots: true }),
    ("PM", Field::Noon { dots: false }),
    ("Q", Field::Quarter),
    ("RM", Field::MonthRoman),
    ("SSSSS", Field::SecondOfDay),
    ("SSSS", Field::SecondOfDay),
    ("SS", Field::Second),
    ("TZH", Field::ZoneHour),
    ("TZM", Field::ZoneMinute),
    ("TZ", Field::Zone),
    ("US", Field::Fraction(6)),
    ("WW", Field::Week),
    ("W", Field::WeekOfMonth),
    ("Y,YYY", Field::YearComma),
    ("YYYY", Field::Year(4)),
    ("YYY", Field::Year(3)),
    ("YY", Field::Year(2)),
    ("Y", Field::Year(1)),
];

impl Pattern {
    /// Reads a pattern; there is none that PostgreSQL refuses.
    pub(crate) fn new(text: &str) -> Self {
        let (mut nodes, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let (modifier, after_modifier) = modifier(rest);
            rest = after_modifier;
            if let Some((token, after)) = token(rest, modifier) {
                nodes.push(Node::Field(token));
                rest = after;
            } else if let Some(quoted) = rest.strip_prefix('"') {
                rest = quoted_text(quoted, &mut |character| nodes.push(Node::Text(character)));
            } else {
                // A backslash is special only before a quote, which it makes an ordinary character.
                let escaped = if rest.starts_with("\\\"") { &rest[1..] } else { rest };
                let mut characters = escaped.chars();
                nodes.extend(characters.next().map(plain));
                rest = characters.as_str();
            }
        }
        Self { nodes }
    }
}

/// The characters up to the closing quote, which a backslash may hide; what follows it.
pub(super) fn quoted_text<'a>(text: &'a str, push: &mut dyn FnMut(char)) -> &'a str {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => push(characters.next().unwrap_or('\\')),
            _ => push(character),
        }
    }
    characters.as_str()
}

/// The modifier in front, `FM` or `TM`, and the rest.
fn modifier(text: &str) -> (&str, &str) {
    let found = ["FM", "fm", "TM", "tm"].iter().any(|modifier| text.starts_with(modifier));
    text.split_at(if found { 2 } else { 0 })
}

fn token<'a>(text: &'a str, modifier: &str) -> Option<(Token, &'a str)> {
    let [fill, localized] = ["FM", "TM"].map(|known| modifier.eq_ignore_ascii_case(known));
    let found = |(keyword, field): &(&'static str, Field)| {
        let case = case_of(text.get(..keyword.len())?, keyword, *field)?;
        Some((Token { field: *field, keyword, case, fill, localized, ordinal: None }, &text[keyword.len()..]))
    };
    let (mut token, mut rest) = KEYWORDS.iter().find_map(found)?;
    for (ending, case) in [("TH", Some(Case::Upper)), ("th", Some(Case::Lower)), ("SP", None)] {
        if let Some(after) = rest.strip_prefix(ending) {
            (token.ordinal, rest) = (case, after);
            break;
        }
    }
    Some((token, rest))
}

/// The case of a keyword's spelling, if it is one: mixed letters are only a name's.
fn case_of(spelling: &str, keyword: &str, field: Field) -> Option<Case> {
    let name = matches!(field, Field::DayName | Field::DayShort | Field::MonthName | Field::MonthShort);
    let (first, others) = keyword.split_at(1);
    match spelling {
        _ if spelling == keyword => Some(Case::Upper),
        _ if spelling == keyword.to_ascii_lowercase() => Some(Case::Lower),
        _ if name && spelling == format!("{first}{}", others.to_ascii_lowercase()) => Some(Case::Capital),
        _ => None,
    }
}

fn plain(character: char) -> Node {
    let separates = character.is_ascii_punctuation() || character.is_ascii_whitespace();
    if separates { Node::Separator(character) } else { Node::Text(character) }
}
