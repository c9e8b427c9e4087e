//! Counts what makes parsers and planners recurse, on tokens and without recursion.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};
use tidemark_model::limits::{SQL_DEPTH_MAX, SQL_OPERATORS_MAX};

use crate::error::GateError;

/// Joins in one statement; each is one more level of the plan.
const JOINS_MAX: usize = 100;

/// Set operations (`UNION`, `EXCEPT`, `INTERSECT`) in one statement.
const SET_OPERATIONS_MAX: usize = 200;

/// Commas that follow one another in a `FROM` cannot be told from others by tokens; `allow` counts those.
pub(super) const RELATIONS_MAX: usize = JOINS_MAX;

#[derive(Debug, Default)]
struct Counts {
    depth: usize,
    angles: usize,
    prefixes: usize,
    periods: usize,
    operators: usize,
    joins: usize,
    set_operations: usize,
}

/// Checks the tokens of one statement against every limit.
pub(super) fn check(tokens: &[TokenWithSpan]) -> Result<(), GateError> {
    let mut counts = Counts::default();
    let mut before: Option<&Token> = None;
    for token in tokens.iter().map(|token| &token.token) {
        if matches!(token, Token::Whitespace(_)) {
            continue;
        }
        counts.add(token, before);
        counts.verify()?;
        before = Some(token);
    }
    Ok(())
}

impl Counts {
    fn add(&mut self, token: &Token, before: Option<&Token>) {
        match token {
            Token::LParen | Token::LBrace => self.depth += 1,
            // Subscripts also stand one after the other, each one more level: a[1][1][1].
            Token::LBracket => {
                self.depth += 1;
                self.operators += 1;
            }
            Token::RParen | Token::RBracket | Token::RBrace => self.depth = self.depth.saturating_sub(1),
            Token::Word(word) if word.quote_style.is_none() => self.add_keyword(word.keyword),
            _ if is_operator(token) => self.operators += 1,
            _ => {}
        }
        let opens_type = matches!(before, Some(Token::Word(word)) if is_type_constructor(word.keyword));
        if *token == Token::Lt && opens_type {
            self.angles += 1;
        }
        self.prefixes = if is_prefix(token) { self.prefixes + 1 } else { 0 };
        self.periods = match token {
            Token::Period => self.periods + 1,
            Token::Word(_) | Token::Number(..) | Token::DoubleQuotedString(_) => self.periods,
            _ => 0,
        };
    }

    fn add_keyword(&mut self, keyword: Keyword) {
        match keyword {
            Keyword::CASE => self.depth += 1,
            Keyword::END => self.depth = self.depth.saturating_sub(1),
            Keyword::JOIN | Keyword::APPLY => self.joins += 1,
            Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::MINUS => self.set_operations += 1,
            Keyword::AND
            | Keyword::OR
            | Keyword::XOR
            | Keyword::NOT
            | Keyword::IS
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::SIMILAR
            | Keyword::RLIKE
            | Keyword::REGEXP
            | Keyword::BETWEEN
            | Keyword::IN
            | Keyword::NOTNULL
            | Keyword::COLLATE
            | Keyword::AT
            | Keyword::DIV
            | Keyword::OVERLAPS
            | Keyword::OPERATOR => self.operators += 1,
            _ => {}
        }
    }

    fn verify(&self) -> Result<(), GateError> {
        let deepest = self.depth.max(self.angles).max(self.prefixes).max(self.periods);
        if deepest > SQL_DEPTH_MAX {
            return Err(GateError::TooDeep { max: SQL_DEPTH_MAX });
        }
        for (count, max, what) in [
            (self.operators, SQL_OPERATORS_MAX, "operators"),
            (self.joins, JOINS_MAX, "joins"),
            (self.set_operations, SET_OPERATIONS_MAX, "set operations"),
        ] {
            if count > max {
                return Err(GateError::TooMany { what, max });
            }
        }
        Ok(())
    }
}

/// Operators that may stand one after the other before an operand, each one more level.
fn is_prefix(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.keyword == Keyword::NOT && word.quote_style.is_none(),
        Token::Plus
        | Token::Minus
        | Token::Tilde
        | Token::AtSign
        | Token::ExclamationMark
        | Token::DoubleExclamationMark
        | Token::PGSquareRoot
        | Token::PGCubeRoot
        | Token::Sharp
        | Token::AtAt
        | Token::AtDashAt
        | Token::QuestionMarkDash
        | Token::QuestionPipe => true,
        _ => false,
    }
}

fn is_type_constructor(keyword: Keyword) -> bool {
    matches!(keyword, Keyword::ARRAY | Keyword::STRUCT | Keyword::MAP | Keyword::NULLABLE | Keyword::TABLE)
}

/// Whatever is no value, no name and no punctuation; new operators of the tokenizer count without being named here.
fn is_operator(token: &Token) -> bool {
    !matches!(
        token,
        Token::EOF
            | Token::Word(_)
            | Token::Number(..)
            | Token::Char(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::DollarQuotedString(_)
            | Token::NationalStringLiteral(_)
            | Token::EscapedStringLiteral(_)
            | Token::UnicodeStringLiteral(_)
            | Token::HexStringLiteral(_)
            | Token::SingleQuotedByteStringLiteral(_)
            | Token::Comma
            | Token::Whitespace(_)
            | Token::Period
            | Token::SemiColon
            | Token::Placeholder(_)
    )
}
