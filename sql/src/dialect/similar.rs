//! `SIMILAR TO` with a literal pattern: a regular expression over the whole text (`similar_escape` in PostgreSQL's
//! `regexp.c`).

use sqlparser::ast::{BinaryOperator, Expr};

use super::make::{take, text, text_of};
use super::patterns::escape;

/// The match as a regular expression, or nothing where it is left.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let Expr::SimilarTo { negated, expr, pattern, escape_char } = expression else { return None };
    let regex = translated(text_of(pattern)?, escape(escape_char.as_ref())?)?;
    let op = if *negated { BinaryOperator::PGRegexNotMatch } else { BinaryOperator::PGRegexMatch };
    Some(Expr::BinaryOp { left: Box::new(take(expr)), op, right: Box::new(text(regex)) })
}

/// The regular expression, in which a dot also matches a line's end; nothing for escapes and classes that the two
/// kinds of expression may read differently.
fn translated(pattern: &str, escape: Option<char>) -> Option<String> {
    let mut regex = String::from("^(?s:");
    let mut characters = pattern.chars();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        match character {
            _ if Some(character) == escape => {
                let literal = characters.next().filter(char::is_ascii_punctuation)?;
                regex.extend(['\\', literal]);
            }
            '[' | '\\' | '&' | '~' | '-' if in_class && character != '-' => return None,
            ']' if in_class => {
                in_class = false;
                regex.push(']');
            }
            _ if in_class => regex.push(character),
            '[' => {
                in_class = true;
                regex.push('[');
            }
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            '(' => regex.push_str("(?:"),
            '\\' | '.' | '^' | '$' => regex.extend(['\\', character]),
            other => regex.push(other),
        }
    }
    regex.push_str(")$");
    (!in_class).then_some(regex)
}
