//! Casts: types of PostgreSQL, lengths of text, rounding to integers, times without seconds.
//!
//! DataFusion cuts fractions off, PostgreSQL rounds. Rounding is written out where the tree shows a fraction that
//! PostgreSQL holds as `numeric`, whose ties go away from zero as `round`'s do. Ties of `float8` go to the even number
//! there, so floats are left.

use sqlparser::ast::{BinaryOperator, CharacterLength, DataType, DateTimeField, Expr, Value};

use super::make::{call, last_part, take};
use super::{timestamps, types};

/// The cast as DataFusion has it, or nothing where it changes in place or is left.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let Expr::Cast { expr, data_type, .. } = expression else { return None };
    types::understand(data_type);
    if let Expr::Value(value) = expr.as_mut() {
        timestamps::complete(data_type, &mut value.value);
    }
    if is_integer(data_type) && is_fractional(expr) {
        **expr = call("round", vec![take(expr)]);
    }
    let length = text_length(data_type)?;
    *data_type = DataType::Varchar(None);
    Some(call("left", vec![take(expression), Expr::value(Value::Number(length.to_string(), false))]))
}

/// Characters to which a cast cuts; `char` alone is one character (PostgreSQL documentation, 8.3).
fn text_length(data_type: &DataType) -> Option<u64> {
    match data_type {
        DataType::Varchar(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::CharacterVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::CharVarying(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::Char(Some(CharacterLength::IntegerLength { length, .. }))
        | DataType::Character(Some(CharacterLength::IntegerLength { length, .. })) => Some(*length),
        DataType::Char(None) | DataType::Character(None) => Some(1),
        _ => None,
    }
}

fn is_integer(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Int(_)
            | DataType::Integer(_)
            | DataType::Int2(_)
            | DataType::Int4(_)
            | DataType::Int8(_)
            | DataType::SmallInt(_)
            | DataType::BigInt(_)
    )
}

/// Whether the value certainly is `numeric` in PostgreSQL and may have a fraction.
fn is_fractional(expression: &Expr) -> bool {
    match expression {
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } => is_fractional(inner),
        Expr::Value(value) => matches!(&value.value, Value::Number(digits, _) if digits.contains(['.', 'e', 'E'])),
        Expr::BinaryOp { left, op, right } => is_arithmetic(op) && (is_fractional(left) || is_fractional(right)),
        Expr::Function(function) => {
            function.over.is_none() && last_part(&function.name).is_some_and(|name| name == "avg")
        }
        Expr::Extract { field, .. } => has_fraction(field),
        Expr::Cast { data_type: DataType::Numeric(_) | DataType::Decimal(_), .. } => true,
        _ => false,
    }
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    matches!(op, BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply | BinaryOperator::Divide)
}

fn has_fraction(field: &DateTimeField) -> bool {
    matches!(field, DateTimeField::Epoch | DateTimeField::Second | DateTimeField::Seconds | DateTimeField::Milliseconds)
}
