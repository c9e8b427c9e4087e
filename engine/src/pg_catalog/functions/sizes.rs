//! `pg_size_pretty(bytes)`.

use std::sync::Arc;

use arrow::array::{AsArray, StringArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

/// Units, each 1024 of the one before; a size keeps its unit up to 10,240 of it. Source: PostgreSQL 16,
/// `pg_size_pretty` in `src/backend/utils/adt/dbsize.c`.
const UNITS: [&str; 6] = ["bytes", "kB", "MB", "GB", "TB", "PB"];

/// The function.
pub(super) fn size_pretty() -> ScalarUDF {
    let run = |arguments: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let sizes = arrays[0].as_primitive::<Int64Type>();
        Ok(ColumnarValue::Array(Arc::new(sizes.iter().map(|size| size.map(pretty)).collect::<StringArray>())))
    };
    create_udf("pg_size_pretty", vec![DataType::Int64], DataType::Utf8, Volatility::Immutable, Arc::new(run))
}

fn pretty(size_bytes: i64) -> String {
    // Half units, so that the last step can round.
    let mut halves = i128::from(size_bytes) * 2;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    while halves.abs() / 2 >= 10 * 1024
        && let Some(next) = units.next()
    {
        unit = next;
        halves /= 1024;
    }
    let rounded = if unit == UNITS[0] { halves / 2 } else { (halves + halves.signum()) / 2 };
    format!("{rounded} {unit}")
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn sizes_are_postgresqls() {
        // SELECT pg_size_pretty(...)
        for (size_bytes, text) in [
            (0, "0 bytes"),
            (10_239, "10239 bytes"),
            (10_240, "10 kB"),
            (12_345_678, "12 MB"),
            (-12_345_678, "-12 MB"),
            (1_536 * 1024, "1536 kB"),
            (11_000_000_000, "10 GB"),
            (i64::MAX, "8192 PB"),
        ] {
            assert_eq!(pretty(size_bytes), text);
        }
    }
}
