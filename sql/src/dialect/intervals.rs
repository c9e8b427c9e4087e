//! Intervals times and by numbers, which DataFusion has not.
//!
//! A literal of whole units times a whole number is counted out. All else becomes a call of `interval_mul(interval,
//! number)` or `interval_div(interval, number)`, because fractions spill over between the units (`interval_mul` in
//! PostgreSQL's `timestamp.c`).

use sqlparser::ast::{BinaryOperator, DataType, Expr, Interval, UnaryOperator, Value};

use super::make::{call, last_part, take, text, text_of};

/// Functions whose result is an interval.
const FUNCTIONS: [&str; 6] = ["age", "interval_div", "interval_mul", "justify_days", "justify_hours", "make_interval"];

/// The product or quotient, or nothing where neither side is evidently an interval.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let Expr::BinaryOp { left, op, right } = expression else { return None };
    let (interval, number, function) = match op {
        BinaryOperator::Multiply if is_interval(left) => (left, right, "interval_mul"),
        BinaryOperator::Multiply if is_interval(right) => (right, left, "interval_mul"),
        BinaryOperator::Divide if is_interval(left) => (left, right, "interval_div"),
        _ => return None,
    };
    let counted = if function == "interval_mul" { counted(interval, number) } else { None };
    Some(counted.unwrap_or_else(|| call(function, vec![take(interval), take(number)])))
}

fn is_interval(expression: &Expr) -> bool {
    match expression {
        Expr::Interval(_) => true,
        Expr::Nested(inner) | Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } => is_interval(inner),
        Expr::Cast { data_type: DataType::Interval { .. }, .. } => true,
        Expr::TypedString(typed) => matches!(typed.data_type, DataType::Interval { .. }),
        Expr::BinaryOp { left, op: BinaryOperator::Plus | BinaryOperator::Minus, right } => {
            is_interval(left) && is_interval(right)
        }
        Expr::Function(function) => last_part(&function.name).is_some_and(|name| FUNCTIONS.contains(&name.as_str())),
        _ => false,
    }
}

/// `INTERVAL '2 days 5 minutes'` times 3 as `INTERVAL '6 days 15 minutes'`.
fn counted(interval: &Expr, number: &Expr) -> Option<Expr> {
    let factor = whole(number)?;
    let Expr::Interval(Interval { value, leading_field, leading_precision: None, last_field: None, .. }) = interval
    else {
        return None;
    };
    let product = match leading_field {
        Some(_) => text_of(value)?.trim().parse::<i64>().ok()?.checked_mul(factor)?.to_string(),
        None => multiplied(text_of(value)?, factor)?,
    };
    Some(Expr::Interval(Interval {
        value: Box::new(text(product)),
        leading_field: leading_field.clone(),
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    }))
}

fn multiplied(literal: &str, factor: i64) -> Option<String> {
    let words: Vec<&str> = literal.split_whitespace().collect();
    let mut product = Vec::with_capacity(words.len());
    for pair in words.chunks(2) {
        let [count, unit] = pair else { return None };
        let known = unit.bytes().all(|byte| byte.is_ascii_alphabetic()) && !unit.eq_ignore_ascii_case("ago");
        let count = count.parse::<i64>().ok().filter(|_| known)?.checked_mul(factor)?;
        product.push(format!("{count} {unit}"));
    }
    (!product.is_empty()).then(|| product.join(" "))
}

fn whole(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Nested(inner) => whole(inner),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => whole(expr)?.checked_neg(),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
