//! PostgreSQL's types for Arrow's: their ids, names and modifiers, as a door tells them and the catalogs list them.
//!
//! Source of ids and names: PostgreSQL 16, `src/include/catalog/pg_type.dat`.

use arrow::datatypes::{DataType, TimeUnit};

/// A type of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PgType {
    /// Its id.
    pub oid: u32,
    /// The id of arrays of it.
    pub array_oid: u32,
    /// Its name in `pg_type`.
    pub name: &'static str,
    /// Its name in SQL.
    pub sql_name: &'static str,
    /// The bytes of a value, -1 where they vary.
    pub size: i16,
}

/// A column's type: a type or arrays of it, and what is modified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnType {
    /// The type, or that of the elements.
    pub base: PgType,
    /// Whether the column holds arrays.
    pub is_array: bool,
    /// Precision and scale of a `numeric`, as `atttypmod` holds them; -1 for none.
    pub modifier: i32,
}

const fn pg_type(oid: u32, array_oid: u32, name: &'static str, sql_name: &'static str, size: i16) -> PgType {
    PgType { oid, array_oid, name, sql_name, size }
}

const BOOL: PgType = pg_type(16, 1000, "bool", "boolean", 1);
const BYTEA: PgType = pg_type(17, 1001, "bytea", "bytea", -1);
const INT8: PgType = pg_type(20, 1016, "int8", "bigint", 8);
const INT2: PgType = pg_type(21, 1005, "int2", "smallint", 2);
const INT4: PgType = pg_type(23, 1007, "int4", "integer", 4);
const TEXT: PgType = pg_type(25, 1009, "text", "text", -1);
const OID: PgType = pg_type(26, 1028, "oid", "oid", 4);
const JSON: PgType = pg_type(114, 199, "json", "json", -1);
const FLOAT4: PgType = pg_type(700, 1021, "float4", "real", 4);
const FLOAT8: PgType = pg_type(701, 1022, "float8", "double precision", 8);
const VARCHAR: PgType = pg_type(1043, 1015, "varchar", "character varying", -1);
const DATE: PgType = pg_type(1082, 1182, "date", "date", 4);
const TIME: PgType = pg_type(1083, 1183, "time", "time without time zone", 8);
const TIMESTAMP: PgType = pg_type(1114, 1115, "timestamp", "timestamp without time zone", 8);
const TIMESTAMPTZ: PgType = pg_type(1184, 1185, "timestamptz", "timestamp with time zone", 8);
const INTERVAL: PgType = pg_type(1186, 1187, "interval", "interval", 16);
const NUMERIC: PgType = pg_type(1700, 1231, "numeric", "numeric", -1);

/// Every type that a value here may have, or that a driver may send a parameter as.
const ALL: [PgType; 17] = [
    BOOL,
    BYTEA,
    INT8,
    INT2,
    INT4,
    TEXT,
    OID,
    JSON,
    FLOAT4,
    FLOAT8,
    VARCHAR,
    DATE,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    INTERVAL,
    NUMERIC,
];

/// Digits of a `numeric` that a driver sends without saying how many.
const NUMERIC_DIGITS: (u8, i8) = (38, 9);

impl ColumnType {
    /// The type of a column that holds values of an Arrow type; what has none is JSON.
    pub fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::List(item)
            | DataType::LargeList(item)
            | DataType::ListView(item)
            | DataType::LargeListView(item)
            | DataType::FixedSizeList(item, _) => match base(item.data_type()) {
                JSON => Self::plain(JSON),
                base => Self { base, is_array: true, modifier: -1 },
            },
            DataType::Dictionary(_, value) => Self::of(value),
            DataType::RunEndEncoded(_, values) => Self::of(values.data_type()),
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale)
            | DataType::Decimal256(precision, scale) => {
                let modifier = ((i32::from(*precision) << 16) | (i32::from(*scale) & 0x7ff)) + 4;
                Self { base: NUMERIC, is_array: false, modifier }
            }
            other => Self::plain(base(other)),
        }
    }

    const fn plain(base: PgType) -> Self {
        Self { base, is_array: false, modifier: -1 }
    }

    /// Its id.
    pub const fn oid(self) -> u32 {
        if self.is_array { self.base.array_oid } else { self.base.oid }
    }

    /// The bytes of a value, -1 where they vary.
    pub const fn size(self) -> i16 {
        if self.is_array { -1 } else { self.base.size }
    }

    /// Its name in SQL, without what is modified.
    pub fn sql_name(self) -> String {
        if self.is_array { format!("{}[]", self.base.sql_name) } else { self.base.sql_name.to_owned() }
    }
}

fn base(data_type: &DataType) -> PgType {
    match data_type {
        DataType::Boolean => BOOL,
        DataType::Int8 | DataType::Int16 | DataType::UInt8 => INT2,
        DataType::Int32 | DataType::UInt16 => INT4,
        // PostgreSQL has no numbers without a sign; these are counts, far from the end of int8.
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => INT8,
        DataType::Float16 | DataType::Float32 => FLOAT4,
        DataType::Float64 => FLOAT8,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            NUMERIC
        }
        DataType::Null | DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => TEXT,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => BYTEA,
        DataType::Date32 | DataType::Date64 => DATE,
        DataType::Time32(_) | DataType::Time64(_) => TIME,
        DataType::Timestamp(_, None) => TIMESTAMP,
        DataType::Timestamp(_, Some(_)) => TIMESTAMPTZ,
        DataType::Interval(_) | DataType::Duration(_) => INTERVAL,
        DataType::Dictionary(_, value) => base(value),
        _ => JSON,
    }
}

/// The id of the elements' type of an array type.
pub fn element_of(oid: u32) -> Option<u32> {
    ALL.iter().find(|known| known.array_oid == oid).map(|known| known.oid)
}

/// The Arrow type of a parameter that a driver sends as a type of PostgreSQL; `None` for text, which is read as whatever
/// its place asks for, and for types that are not known.
pub fn of_parameter(oid: u32) -> Option<DataType> {
    if let Some(element) = element_of(oid) {
        let element = of_parameter(element).unwrap_or(DataType::Utf8);
        return Some(DataType::new_list(element, true));
    }
    let known = ALL.iter().find(|known| known.oid == oid)?;
    Some(match *known {
        BOOL => DataType::Boolean,
        BYTEA => DataType::Binary,
        INT8 | OID => DataType::Int64,
        INT2 => DataType::Int16,
        INT4 => DataType::Int32,
        FLOAT4 => DataType::Float32,
        FLOAT8 => DataType::Float64,
        DATE => DataType::Date32,
        TIME => DataType::Time64(TimeUnit::Microsecond),
        TIMESTAMP => DataType::Timestamp(TimeUnit::Microsecond, None),
        TIMESTAMPTZ => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        INTERVAL => DataType::Interval(arrow::datatypes::IntervalUnit::MonthDayNano),
        NUMERIC => DataType::Decimal128(NUMERIC_DIGITS.0, NUMERIC_DIGITS.1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_postgresqls_types() {
        let cost = ColumnType::of(&DataType::Decimal128(38, 9));
        // SELECT atttypid, atttypmod FROM pg_attribute ... of a column numeric(38,9)
        assert_eq!((cost.oid(), cost.modifier), (1700, 2_490_381));
        assert_eq!(ColumnType::of(&DataType::Utf8View).sql_name(), "text");
        assert_eq!(ColumnType::of(&DataType::new_list(DataType::Int64, true)).oid(), 1016);
        assert_eq!(ColumnType::of(&DataType::UInt64).oid(), 20);
        assert_eq!(ColumnType::of(&DataType::Struct(arrow::datatypes::Fields::empty())).sql_name(), "json");
    }

    #[test]
    fn a_parameter_of_text_is_what_its_place_asks_for() {
        assert_eq!(of_parameter(25), None);
        assert_eq!(of_parameter(0), None);
        assert_eq!(of_parameter(21), Some(DataType::Int16));
        assert_eq!(of_parameter(1009), Some(DataType::new_list(DataType::Utf8, true)));
    }
}
