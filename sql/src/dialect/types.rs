//! The names of types: what PostgreSQL calls them in a column's name, and what DataFusion understands for them.

use sqlparser::ast::{DataType, ExactNumberInfo, TimezoneInfo};

use super::make::last_part;

/// Digits of a mantissa up to which `float(n)` is single (PostgreSQL documentation, 8.1.3).
const SINGLE_DIGITS_MAX: u64 = 24;

/// The name of a type in PostgreSQL's catalog, as columns get it from a cast.
pub(super) fn catalog_name(data_type: &DataType) -> String {
    use DataType as Type;
    let name = match data_type {
        Type::Boolean | Type::Bool => "bool",
        Type::SmallInt(_) | Type::Int2(_) => "int2",
        Type::Int(_) | Type::Integer(_) | Type::Int4(_) => "int4",
        Type::BigInt(_) | Type::Int8(_) => "int8",
        Type::Real | Type::Float4 => "float4",
        Type::Float(ExactNumberInfo::Precision(digits)) if *digits <= SINGLE_DIGITS_MAX => "float4",
        Type::Float(_) | Type::Float8 | Type::Double(_) | Type::DoublePrecision => "float8",
        Type::Numeric(_) | Type::Decimal(_) | Type::Dec(_) => "numeric",
        Type::Varchar(_) | Type::CharacterVarying(_) | Type::CharVarying(_) => "varchar",
        Type::Char(_) | Type::Character(_) => "bpchar",
        Type::Text => "text",
        Type::Bytea => "bytea",
        Type::Date => "date",
        Type::Time(_, zone) => {
            if with_zone(zone) {
                "timetz"
            } else {
                "time"
            }
        }
        Type::Timestamp(_, zone) => {
            if with_zone(zone) {
                "timestamptz"
            } else {
                "timestamp"
            }
        }
        Type::Interval { .. } => "interval",
        Type::JSON => "json",
        Type::JSONB => "jsonb",
        Type::Uuid => "uuid",
        Type::Regclass => "regclass",
        Type::Bit(_) => "bit",
        Type::BitVarying(_) | Type::VarBit(_) => "varbit",
        Type::Array(_) => return element(data_type).map_or_else(|| "array".to_owned(), catalog_name),
        Type::Custom(name, _) => return last_part(name).unwrap_or_else(|| name.to_string()),
        other => return other.to_string().to_lowercase(),
    };
    name.to_owned()
}

/// Puts a type that DataFusion has in the place of one that it has not, or has as another.
pub(super) fn understand(data_type: &mut DataType) {
    if let DataType::Array(_) = data_type {
        if let Some(element) = element_mut(data_type) {
            understand(element);
        }
        return;
    }
    if let Some(understood) = understood(data_type) {
        *data_type = understood;
    }
}

fn understood(data_type: &DataType) -> Option<DataType> {
    use DataType as Type;
    match data_type {
        // DataFusion's FLOAT is single, PostgreSQL's is double.
        Type::Float(ExactNumberInfo::Precision(digits)) if *digits <= SINGLE_DIGITS_MAX => Some(Type::Real),
        Type::Float(_) => Some(Type::DoublePrecision),
        Type::CharacterVarying(None) | Type::CharVarying(None) => Some(Type::Varchar(None)),
        Type::Uuid => Some(Type::Text),
        Type::Dec(info) => Some(Type::Numeric(*info)),
        Type::Custom(name, modifiers) if modifiers.is_empty() => {
            let qualifier = (name.0.len() == 2).then(|| name.0.first()).flatten();
            let of_catalog = qualifier.and_then(|part| part.as_ident()).is_some_and(|part| part.value == "pg_catalog");
            let plain = name.0.len() == 1 || of_catalog;
            plain.then(|| last_part(name)).flatten().and_then(|name| by_catalog_name(&name))
        }
        _ => None,
    }
}

fn by_catalog_name(name: &str) -> Option<DataType> {
    let data_type = match name {
        "bool" => DataType::Boolean,
        "int2" => DataType::SmallInt(None),
        "int4" => DataType::Int(None),
        "int8" => DataType::BigInt(None),
        "float4" => DataType::Real,
        "float8" => DataType::DoublePrecision,
        "numeric" => DataType::Numeric(ExactNumberInfo::None),
        "name" | "text" | "uuid" | "varchar" => DataType::Text,
        "date" => DataType::Date,
        "timestamp" => DataType::Timestamp(None, TimezoneInfo::None),
        "timestamptz" => DataType::Timestamp(None, TimezoneInfo::Tz),
        "interval" => DataType::Interval { fields: None, precision: None },
        _ => return None,
    };
    Some(data_type)
}

fn with_zone(zone: &TimezoneInfo) -> bool {
    matches!(zone, TimezoneInfo::Tz | TimezoneInfo::WithTimeZone)
}

fn element(data_type: &DataType) -> Option<&DataType> {
    use sqlparser::ast::ArrayElemTypeDef as Element;
    match data_type {
        DataType::Array(Element::SquareBracket(inner, _) | Element::AngleBracket(inner)) => Some(inner),
        _ => None,
    }
}

fn element_mut(data_type: &mut DataType) -> Option<&mut DataType> {
    use sqlparser::ast::ArrayElemTypeDef as Element;
    match data_type {
        DataType::Array(Element::SquareBracket(inner, _) | Element::AngleBracket(inner)) => Some(inner),
        _ => None,
    }
}
