//! Numbers: floats as PostgreSQL writes them, decimals with all their digits.

use std::fmt::{Result, Write};

/// Up to which exponent a float is written without one. Source: PostgreSQL 16, `FLT_DIG` and `DBL_DIG`.
const SINGLE_DIGITS: i32 = 6;
const DOUBLE_DIGITS: i32 = 15;

pub(super) fn single(value: f32, out: &mut impl Write) -> Result {
    float(f64::from(value), &format!("{value:e}"), SINGLE_DIGITS, out)
}

pub(super) fn double(value: f64, out: &mut impl Write) -> Result {
    float(value, &format!("{value:e}"), DOUBLE_DIGITS, out)
}

/// The shortest digits that read back as the value, with an exponent where it is long. Source: PostgreSQL 16,
/// `double_to_shortest_decimal_buf` in `src/common/d2s.c`, which writes some values halfway between two others, such as
/// 1e23, with more digits than it must.
fn float(value: f64, scientific: &str, digits_max: i32, out: &mut impl Write) -> Result {
    if value.is_nan() {
        return out.write_str("NaN");
    }
    if value.is_infinite() {
        return out.write_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..digits_max).contains(&exponent) {
        let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |digits| ("-", digits));
        out.write_str(sign)?;
        return placed(&digits.replace('.', ""), exponent, out);
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    write!(out, "{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

/// Digits with the point behind the first one, moved by the exponent.
fn placed(digits: &str, exponent: i32, out: &mut impl Write) -> Result {
    let Ok(exponent) = usize::try_from(exponent) else {
        let zeros = exponent.unsigned_abs() as usize - 1;
        return write!(out, "0.{:0<zeros$}{digits}", "");
    };
    match digits.split_at_checked(exponent + 1) {
        Some((whole, "")) => out.write_str(whole),
        Some((whole, fraction)) => write!(out, "{whole}.{fraction}"),
        None => write!(out, "{digits:0<width$}", width = exponent + 1),
    }
}

/// A decimal with `scale` digits behind the point.
pub(super) fn decimal(value: i128, scale: u32, out: &mut impl Write) -> Result {
    if scale == 0 {
        return write!(out, "{value}");
    }
    if value < 0 {
        out.write_char('-')?;
    }
    let (digits, width) = (value.unsigned_abs(), scale as usize);
    // Dividing 128 bits takes several times as long.
    match (u64::try_from(digits), 10_u64.checked_pow(scale)) {
        (Ok(digits), Some(unit)) => write!(out, "{}.{:0width$}", digits / unit, digits % unit),
        _ => match 10_u128.checked_pow(scale) {
            Some(unit) => write!(out, "{}.{:0width$}", digits / unit, digits % unit),
            // No more than 38 digits fit, all of them behind the point.
            None => write!(out, "0.{digits:0width$}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut String) -> Result) -> String {
        let mut text = String::new();
        write(&mut text).unwrap();
        text
    }

    #[test]
    fn floats_are_written_as_postgresql_writes_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (5.0, "5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123_456.75, "123456.75"),
            (0.0001, "0.0001"),
            (-0.001_25, "-0.00125"),
            (0.000_01, "1e-05"),
            (100_000_000_000_000.0, "100000000000000"),
            (1e15, "1e+15"),
            (-1.5e300, "-1.5e+300"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(written(|out| double(value, out)), text);
        }
    }

    #[test]
    fn decimals_keep_all_their_digits() {
        for (value, scale, text) in [
            (0, 2, "0.00"),
            (-5, 2, "-0.05"),
            (123_456, 2, "1234.56"),
            (-7, 0, "-7"),
            (1, 18, "0.000000000000000001"),
            (i128::from(u64::MAX), 19, "1.8446744073709551615"),
            (i128::from(u64::MAX), 20, "0.18446744073709551615"),
            (-99_999_999_999_999_999_999_999_999_999_999_999_999, 6, "-99999999999999999999999999999999.999999"),
            (99_999_999_999_999_999_999_999_999_999_999_999_999, 38, "0.99999999999999999999999999999999999999"),
        ] {
            assert_eq!(written(|out| decimal(value, scale, out)), text);
        }
    }
}
