//! Numbers with a point in the answer itself: `numeric` in PostgreSQL, with the digits that were written.
//!
//! Elsewhere they stay DataFusion's doubles, because its decimals lose digits where they are divided or averaged.

use sqlparser::ast::{
    BinaryOperator, DataType, ExactNumberInfo, Expr, SelectItem, SetExpr, Statement, UnaryOperator, Value,
};

use super::make::{cast, last_part, text, text_in};

/// Digits of the longest decimals.
const DIGITS_MAX: usize = 38;

/// Makes decimals of what the items of an answer compute from literals alone.
pub(super) fn show(statement: &mut Statement) {
    let Statement::Query(query) = statement else { return };
    let SetExpr::Select(select) = query.body.as_mut() else { return };
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item
            && has_point(expr)
            && is_exact(expr)
        {
            make_exact(expr);
        }
    }
}

/// A number that is cast to text: the text that was written.
pub(super) fn written(expression: &Expr) -> Option<Expr> {
    let Expr::Cast { expr, data_type: DataType::Text | DataType::Varchar(None), .. } = expression else { return None };
    match expr.as_ref() {
        Expr::Value(value) if has_point(expr) => digits_of(&value.value).map(text),
        _ => None,
    }
}

/// `text || 1.50`, with the number as it was written.
pub(super) fn write_beside(expression: &mut Expr) {
    let Expr::BinaryOp { left, op: BinaryOperator::StringConcat, right } = expression else { return };
    for side in [left, right] {
        if let Expr::Value(value) = side.as_ref()
            && has_point(side)
            && let Some(digits) = digits_of(&value.value)
        {
            **side = text(digits);
        }
    }
}

/// A literal as a decimal of its digits.
pub(super) fn exact(value: &Value) -> Option<Expr> {
    let digits = digits_of(value)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let num_digits = whole.trim_start_matches('-').len().max(1) + fraction.len();
    let fits = num_digits <= DIGITS_MAX;
    let info = ExactNumberInfo::PrecisionAndScale(num_digits as u64, i64::try_from(fraction.len()).ok()?);
    fits.then(|| cast(text(digits), DataType::Numeric(info)))
}

/// The digits of a literal, if that is all there is.
fn digits_of(value: &Value) -> Option<&str> {
    let digits = match value {
        Value::Number(digits, _) => digits,
        other => text_in(other)?.trim(),
    };
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let is_plain = unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let has_digit = unsigned.bytes().any(|byte| byte.is_ascii_digit());
    (is_plain && has_digit && unsigned.matches('.').count() <= 1).then_some(digits)
}

/// Whether the expression is a number with a point somewhere, or one that is called `numeric`.
fn has_point(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => matches!(&value.value, Value::Number(digits, _) if digits.contains('.')),
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } => has_point(inner),
        Expr::BinaryOp { left, right, .. } => has_point(left) || has_point(right),
        Expr::Cast { data_type, .. } => is_numeric(data_type),
        _ => false,
    }
}

fn is_exact(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => matches!(value.value, Value::Number(..)) && digits_of(&value.value).is_some(),
        Expr::Nested(inner) | Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } => is_exact(inner),
        Expr::BinaryOp { left, op, right } => {
            let is_kept = matches!(op, BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply);
            is_kept && is_exact(left) && is_exact(right)
        }
        Expr::Cast { expr, data_type, .. } if is_numeric(data_type) => {
            matches!(expr.as_ref(), Expr::Value(value) if digits_of(&value.value).is_some())
        }
        _ => false,
    }
}

fn make_exact(expr: &mut Expr) {
    match expr {
        Expr::Value(value) => {
            if let Some(decimal) = exact(&value.value) {
                *expr = decimal;
            }
        }
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } => make_exact(inner),
        Expr::BinaryOp { left, right, .. } => {
            make_exact(left);
            make_exact(right);
        }
        Expr::Cast { expr: inner, .. } => {
            if let Expr::Value(value) = inner.as_ref()
                && let Some(decimal) = exact(&value.value)
            {
                *expr = decimal;
            }
        }
        _ => {}
    }
}

/// Whether a type is `numeric` without digits.
fn is_numeric(data_type: &DataType) -> bool {
    match data_type {
        DataType::Numeric(ExactNumberInfo::None) | DataType::Decimal(ExactNumberInfo::None) => true,
        DataType::Custom(name, modifiers) => {
            modifiers.is_empty() && last_part(name).is_some_and(|name| name == "numeric")
        }
        _ => false,
    }
}
