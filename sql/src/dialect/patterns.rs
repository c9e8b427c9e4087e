//! `LIKE` and `ILIKE`: `ESCAPE` and `ANY`, which DataFusion has not, where the patterns are literals.
//!
//! A pattern is written anew with a backslash before what it protects, and only there: PostgreSQL reads `\x` as `x`.

use sqlparser::ast::{Array, BinaryOperator, CastKind, Expr, Value, ValueWithSpan};

use super::literals;
use super::make::{call, finds, last_part, take, text, text_in, text_of};

/// What must not be evaluated more than once.
const VOLATILE: [&str; 5] = ["random", "uuid", "gen_random_uuid", "clock_timestamp", "timeofday"];

/// One `LIKE` or `ILIKE`, taken apart.
struct Match {
    negated: bool,
    ignores_case: bool,
    subject: Expr,
}

/// The expression as DataFusion has it, or nothing where it is left.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let ignores_case = matches!(expression, Expr::ILike { .. });
    let (Expr::Like { negated, any, expr, pattern, escape_char }
    | Expr::ILike { negated, any, expr, pattern, escape_char }) = expression
    else {
        return None;
    };
    if !*any
        && text_of(pattern).is_none()
        && let Some(escape) = escape_char.take()
    {
        **pattern = call("like_pattern", vec![take(pattern), Expr::Value(escape)]);
        return None;
    }
    let patterns = if *any { elements(pattern)? } else { vec![Some(text_of(pattern)?.to_owned())] };
    let escape = escape(escape_char.as_ref())?;
    let is_new = *any || escape_char.is_some() || patterns.iter().flatten().any(|pattern| pattern.contains('\\'));
    if !is_new || (patterns.len() > 1 && !may_repeat(expr)) {
        return None;
    }
    let patterns = patterns.into_iter().map(|pattern| match pattern {
        Some(pattern) => protected(&pattern, escape).map(text),
        None => Some(Expr::value(Value::Null)),
    });
    let patterns = patterns.collect::<Option<Vec<_>>>()?;
    let (negated, any) = (*negated, *any);
    let matched = Match { negated, ignores_case, subject: take(expr) };
    if any { Some(matched.any(patterns)) } else { patterns.into_iter().next().map(|pattern| matched.one(pattern)) }
}

impl Match {
    fn one(&self, pattern: Expr) -> Expr {
        let (negated, expr, pattern) = (self.negated, Box::new(self.subject.clone()), Box::new(pattern));
        if self.ignores_case {
            Expr::ILike { negated, any: false, expr, pattern, escape_char: None }
        } else {
            Expr::Like { negated, any: false, expr, pattern, escape_char: None }
        }
    }

    fn any(&self, patterns: Vec<Expr>) -> Expr {
        let whole = patterns.into_iter().map(|pattern| self.one(pattern)).reduce(|left, right| Expr::BinaryOp {
            left: Box::new(left),
            op: BinaryOperator::Or,
            right: Box::new(right),
        });
        whole.map_or_else(|| Expr::value(Value::Boolean(false)), |whole| Expr::Nested(Box::new(whole)))
    }
}

/// The escape character: none inside for `ESCAPE ''`, nothing where it is not one character.
pub(super) fn escape(written: Option<&ValueWithSpan>) -> Option<Option<char>> {
    let Some(written) = written else { return Some(Some('\\')) };
    let mut characters = text_in(&written.value)?.chars();
    let first = characters.next();
    characters.next().is_none().then_some(first)
}

/// The pattern with backslashes for another escape character; nothing where it ends with that one, an error in
/// PostgreSQL.
pub fn protected(pattern: &str, escape: Option<char>) -> Option<String> {
    let mut protected = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let literal = if Some(character) == escape { Some(characters.next()?) } else { None };
        match literal {
            Some(literal @ ('%' | '_' | '\\')) => protected.extend(['\\', literal]),
            Some(literal) => protected.push(literal),
            None if character == '\\' => protected.push_str("\\\\"),
            None => protected.push(character),
        }
    }
    Some(protected)
}

/// The texts of `ARRAY['a', NULL]`, `'{a,NULL}'` or either with a cast; nothing for anything else.
fn elements(pattern: &Expr) -> Option<Vec<Option<String>>> {
    match pattern {
        Expr::Nested(inner) => elements(inner),
        Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, .. } => elements(expr),
        Expr::Array(Array { elem, .. }) => elem.iter().map(element).collect(),
        literal => literals::elements(text_of(literal)?),
    }
}

fn element(expression: &Expr) -> Option<Option<String>> {
    match expression {
        Expr::Value(ValueWithSpan { value: Value::Null, .. }) => Some(None),
        other => text_of(other).map(|text| Some(text.to_owned())),
    }
}

/// Whether evaluating the expression again gives the same at about the same cost.
fn may_repeat(expression: &Expr) -> bool {
    !finds(expression, &|part| match part {
        Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => true,
        Expr::Function(call) => last_part(&call.name).is_some_and(|name| VOLATILE.contains(&name.as_str())),
        _ => false,
    })
}
