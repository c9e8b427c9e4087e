//! Casts: types of PostgreSQL, lengths of text, rounding to integers, times without seconds.
//!
//! DataFusion cuts fractions off, PostgreSQL rounds. Rounding is written out where the tree shows a fraction that
//! PostgreSQL holds as `numeric`, whose ties go away from zero as `round`'s do. Ties of `float8` go to the even number
//! there, so floats are left.

use sqlparser::ast::{
    BinaryOperator, CastKind, CharacterLength, DataType, ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, Value,
};

use super::make::{call, last_part, take, text, text_of};
use super::{timestamps, types};

/// Digits of the longest decimals that are computed with.
const NUMERIC_DIGITS_MAX: usize = 38;

/// The cast as DataFusion has it, or nothing where it changes in place or is left.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let Expr::Cast { expr, data_type, .. } = expression else { return None };
    types::understand(data_type);
    if let Expr::Value(value) = expr.as_mut() {
        timestamps::complete(data_type, &mut value.value);
    }
    if matches!(data_type, DataType::Bytea)
        && let Some(digits) = text_of(expr).and_then(|text| text.strip_prefix("\\x"))
    {
        return Some(call("decode", vec![text(digits), text("hex")]));
    }
    if is_integer(data_type) && is_fractional(expr) {
        **expr = call("round", vec![take(expr)]);
    }
    let length = text_length(data_type)?;
    *data_type = DataType::Varchar(None);
    Some(call("left", vec![take(expression), Expr::value(Value::Number(length.to_string(), false))]))
}

/// A call of a type's name with one argument, which is a cast in PostgreSQL.
pub(super) fn called(function: &mut Function) -> Option<Expr> {
    const TYPES: [&str; 10] =
        ["bool", "date", "float4", "float8", "int2", "int4", "int8", "numeric", "text", "timestamptz"];
    let name = last_part(&function.name).filter(|name| TYPES.contains(&name.as_str()))?;
    let FunctionArguments::List(list) = &mut function.args else { return None };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = list.args.as_mut_slice() else { return None };
    let data_type = DataType::Custom(vec![Ident::new(name)].into(), Vec::new());
    let expr = Box::new(take(argument));
    let mut cast = Expr::Cast { kind: CastKind::DoubleColon, expr, data_type, array: false, format: None };
    Some(rewritten(&mut cast).unwrap_or(cast))
}

/// A whole number beyond `bigint`, which is `numeric` in PostgreSQL.
pub(super) fn long_number(value: &Value) -> Option<Expr> {
    let Value::Number(digits, _) = value else { return None };
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_whole || digits.parse::<i64>().is_ok() || digits.len() > NUMERIC_DIGITS_MAX {
        return None;
    }
    let data_type = DataType::Numeric(ExactNumberInfo::PrecisionAndScale(NUMERIC_DIGITS_MAX as u64, 0));
    let expr = Box::new(text(digits.as_str()));
    Some(Expr::Cast { kind: CastKind::DoubleColon, expr, data_type, array: false, format: None })
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
