//! Parameters from the wire to the texts and types that a session takes.

use arrow::array::{Array, Date32Array, TimestampMicrosecondArray};
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;
use pgwire::api::Type;
use pgwire::api::portal::{Format, Portal};
use pgwire::error::PgWireResult;
use tidemark_model::pg_type;
use tidemark_model::port::Parameter;

use super::error::bad_parameter;
use super::numeric;

/// Days from 1970 to 2000, where PostgreSQL's time begins.
const EPOCH_DAYS: i32 = 10_957;

/// The same, in microseconds.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// What the client said of the types of parameters.
pub(super) fn types(given: &[Option<Type>]) -> Vec<Option<DataType>> {
    given.iter().map(|kind| pg_type::of_parameter(kind.as_ref()?.oid())).collect()
}

/// All parameters of a portal; `kinds` are their types on the wire.
pub(super) fn values<S: Clone>(portal: &Portal<S>, kinds: &[Type]) -> PgWireResult<Vec<Parameter>> {
    let given = types(&portal.statement.parameter_types);
    let one = |(index, value): (usize, &Option<bytes::Bytes>)| {
        let data_type = given.get(index).cloned().flatten();
        let Some(value) = value else { return Ok(Parameter { text: None, data_type }) };
        let kind = kinds.get(index).cloned().unwrap_or(Type::TEXT);
        let text = if is_binary(&portal.parameter_format, index) {
            from_binary(&kind, value)
        } else {
            std::str::from_utf8(value).ok().map(str::to_owned)
        };
        let text = text.ok_or_else(|| bad_parameter(index, kind.name()))?;
        Ok(Parameter { text: Some(text), data_type })
    };
    portal.parameters.iter().enumerate().map(one).collect()
}

/// Whether a column is binary; codes that the client left out are text.
pub(super) fn is_binary(format: &Format, index: usize) -> bool {
    match format {
        Format::UnifiedText => false,
        Format::UnifiedBinary => true,
        Format::Individual(codes) => codes.get(index).is_some_and(|code| *code == 1),
    }
}

fn from_binary(kind: &Type, value: &[u8]) -> Option<String> {
    Some(match *kind {
        Type::BOOL => (*value.first()? != 0).to_string(),
        Type::INT2 => i16::from_be_bytes(value.try_into().ok()?).to_string(),
        Type::INT4 => i32::from_be_bytes(value.try_into().ok()?).to_string(),
        Type::INT8 => i64::from_be_bytes(value.try_into().ok()?).to_string(),
        Type::OID => u32::from_be_bytes(value.try_into().ok()?).to_string(),
        Type::FLOAT4 => f32::from_be_bytes(value.try_into().ok()?).to_string(),
        Type::FLOAT8 => f64::from_be_bytes(value.try_into().ok()?).to_string(),
        Type::NUMERIC => numeric::from_binary(value)?,
        Type::DATE => {
            let days = i32::from_be_bytes(value.try_into().ok()?).checked_add(EPOCH_DAYS)?;
            shown(&Date32Array::from(vec![days]))?
        }
        Type::TIMESTAMP => shown(&TimestampMicrosecondArray::from(vec![micros(value)?]))?,
        Type::TIMESTAMPTZ => shown(&TimestampMicrosecondArray::from(vec![micros(value)?]).with_timezone("+00:00"))?,
        Type::UUID => uuid(value)?,
        Type::BYTEA => value.iter().fold("\\x".to_owned(), |text, byte| text + &format!("{byte:02x}")),
        Type::JSONB => std::str::from_utf8(value.strip_prefix(&[1])?).ok()?.to_owned(),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {
            std::str::from_utf8(value).ok()?.to_owned()
        }
        _ => array(&Type::from_oid(pg_type::element_of(kind.oid())?)?, value)?,
    })
}

/// An array of one dimension in its text form. Source: PostgreSQL 16, `array_recv` in
/// `src/backend/utils/adt/arrayfuncs.c`.
fn array(element: &Type, value: &[u8]) -> Option<String> {
    let number = |bytes: &mut &[u8]| {
        let (number, rest) = bytes.split_first_chunk::<4>()?;
        *bytes = rest;
        Some(i32::from_be_bytes(*number))
    };
    let mut rest = value;
    let (dimensions, _has_nulls, _element) = (number(&mut rest)?, number(&mut rest)?, number(&mut rest)?);
    if dimensions == 0 {
        return Some("{}".to_owned());
    }
    let (length, _lower_bound) = (number(&mut rest)?, number(&mut rest)?);
    let mut elements = Vec::new();
    for _ in 0..length {
        let size = number(&mut rest)?;
        let Ok(size) = usize::try_from(size) else {
            elements.push("NULL".to_owned());
            continue;
        };
        let (bytes, after) = rest.split_at_checked(size)?;
        rest = after;
        let text = from_binary(element, bytes)?.replace('\\', "\\\\").replace('"', "\\\"");
        elements.push(format!("\"{text}\""));
    }
    (dimensions == 1 && rest.is_empty()).then(|| format!("{{{}}}", elements.join(",")))
}

fn micros(value: &[u8]) -> Option<i64> {
    i64::from_be_bytes(value.try_into().ok()?).checked_add(EPOCH_MICROS)
}

fn shown(array: &dyn Array) -> Option<String> {
    array_value_to_string(array, 0).ok()
}

fn uuid(value: &[u8]) -> Option<String> {
    let value = u128::from_be_bytes(value.try_into().ok()?);
    let hex = format!("{value:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default());
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_values_become_literals() {
        let literal = |kind: Type, value: &[u8]| from_binary(&kind, value);
        assert_eq!(literal(Type::INT8, &7_i64.to_be_bytes()).as_deref(), Some("7"));
        assert_eq!(literal(Type::BOOL, &[1]).as_deref(), Some("true"));
        assert_eq!(literal(Type::FLOAT8, &1.5_f64.to_be_bytes()).as_deref(), Some("1.5"));
        assert_eq!(literal(Type::DATE, &0_i32.to_be_bytes()).as_deref(), Some("2000-01-01"));
        let instant = literal(Type::TIMESTAMPTZ, &1_500_000_i64.to_be_bytes());
        assert_eq!(instant.as_deref(), Some("2000-01-01T00:00:01.500Z"));
        assert_eq!(literal(Type::UUID, &[0xab; 16]).as_deref(), Some("abababab-abab-abab-abab-abababababab"));
    }

    #[test]
    fn malformed_values_are_refused() {
        assert_eq!(from_binary(&Type::INT4, &[1]), None);
        assert_eq!(from_binary(&Type::TEXT, &[0xff]), None);
        assert_eq!(from_binary(&Type::DATE, &i32::MAX.to_be_bytes()), None);
        assert_eq!(from_binary(&Type::POINT, &[0; 16]), None);
    }
}
