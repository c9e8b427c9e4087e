//! Casts: types of PostgreSQL, lengths of text, rounding to integers, times without seconds.
//!
//! DataFusion cuts fractions off, PostgreSQL rounds. Rounding is written out where the tree shows a fraction that
//! PostgreSQL holds as `numeric`, whose ties go away from zero as `round`'s do. Ties of `float8` go to the even number
//! there, so floats are left.

use sqlparser::ast::{
    BinaryOperator, CastKind, CharacterLength, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, TimezoneInfo, Value, ValueWithSpan,
};

use super::make::{self, call, last_part, number, take, text, text_of};
use super::{decimals, moments, timestamps, types};

/// The cast as DataFusion has it, or nothing where it changes in place or is left.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let Expr::Cast { kind, expr, data_type, .. } = expression else { return None };
    types::understand(data_type);
    if let Some(value) = literal(expr) {
        if let Some(moment) = moments::word(data_type, &value.value) {
            return Some(moment);
        }
        timestamps::complete(data_type, &mut value.value);
        moments::rewrite(data_type, &mut value.value);
    }
    if matches!(data_type, DataType::Bytea)
        && let Some(digits) = text_of(expr).and_then(|text| text.strip_prefix("\\x"))
    {
        return Some(call("decode", vec![text(digits), text("hex")]));
    }
    if is_integer(data_type) && is_fractional(expr) {
        **expr = call("round", vec![take(expr)]);
    }
    let is_tried = !matches!(kind, CastKind::Cast | CastKind::DoubleColon);
    let length = text_length(data_type);
    if length.is_some() {
        *data_type = DataType::Varchar(None);
    }
    let read = if is_tried { None } else { reader(expr, data_type) };
    let read = read.map(|function| call(function, vec![take(expr)]));
    match length {
        None => read,
        Some(length) => {
            let whole = read.unwrap_or_else(|| take(expression));
            Some(call("left", vec![whole, number(length.to_string())]))
        }
    }
}

/// The literal that an expression is, in parentheses or not.
fn literal(expr: &mut Expr) -> Option<&mut ValueWithSpan> {
    match expr {
        Expr::Value(value) => Some(value),
        Expr::Nested(inner) => literal(inner),
        _ => None,
    }
}

/// The function that casts as PostgreSQL does, where DataFusion's cast writes texts otherwise or reads an instant by
/// UTC instead of the session's clock.
fn reader(expr: &mut Expr, data_type: &DataType) -> Option<&'static str> {
    if literal(expr).is_some_and(|literal| !matches!(literal.value, Value::Number(..))) {
        return None;
    }
    match data_type {
        DataType::Text | DataType::Varchar(None) => Some("to_text"),
        DataType::Date => Some("clock_date"),
        DataType::Timestamp(None, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => Some("clock_time"),
        _ => None,
    }
}

/// A call of a type's name with one argument, which is a cast in PostgreSQL.
pub(super) fn called(function: &mut Function) -> Option<Expr> {
    const TYPES: [&str; 10] =
        ["bool", "date", "float4", "float8", "int2", "int4", "int8", "numeric", "text", "timestamptz"];
    let name = last_part(&function.name).filter(|name| TYPES.contains(&name.as_str()))?;
    let FunctionArguments::List(list) = &mut function.args else { return None };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = list.args.as_mut_slice() else { return None };
    let mut cast = make::cast(take(argument), DataType::Custom(vec![Ident::new(name)].into(), Vec::new()));
    Some(rewritten(&mut cast).unwrap_or(cast))
}

/// A whole number beyond `bigint`, which is `numeric` in PostgreSQL.
pub(super) fn long_number(value: &Value) -> Option<Expr> {
    let Value::Number(digits, _) = value else { return None };
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole && digits.parse::<i64>().is_err() { decimals::exact(value) } else { None }
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
            let fractional = |name: String| name == "avg" || name == "pg_extract";
            function.over.is_none() && last_part(&function.name).is_some_and(fractional)
        }
        Expr::Cast { data_type: DataType::Numeric(_) | DataType::Decimal(_), .. } => true,
        _ => false,
    }
}

fn is_arithmetic(op: &BinaryOperator) -> bool {
    matches!(op, BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply | BinaryOperator::Divide)
}
