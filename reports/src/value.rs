//! What the cells of a document hold: text, exact numbers, days and instants, read from Arrow's columns.

use std::fmt;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType, UInt64Type,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is there.
    Empty,
    /// Text.
    Text(&'a str),
    /// A number, exactly.
    Number(Number),
    /// A calendar day.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

impl<'a> Cell<'a> {
    /// The cell of a column at a row. What has no form in documents is empty.
    #[must_use]
    pub fn of(column: &'a ArrayRef, row: usize) -> Self {
        if column.is_null(row) {
            return Self::Empty;
        }
        let whole = |units: i128| Self::Number(Number { units, scale: 0 });
        match column.data_type() {
            DataType::Utf8 => Self::Text(column.as_string::<i32>().value(row)),
            DataType::Utf8View => Self::Text(column.as_string_view().value(row)),
            DataType::LargeUtf8 => Self::Text(column.as_string::<i64>().value(row)),
            DataType::Int32 => whole(column.as_primitive::<Int32Type>().value(row).into()),
            DataType::Int64 => whole(column.as_primitive::<Int64Type>().value(row).into()),
            DataType::UInt64 => whole(column.as_primitive::<UInt64Type>().value(row).into()),
            DataType::Decimal128(_, scale) => {
                let units = column.as_primitive::<Decimal128Type>().value(row);
                Self::Number(Number { units, scale: u32::from(scale.unsigned_abs()) })
            }
            DataType::Date32 => {
                let days = i64::from(column.as_primitive::<Date32Type>().value(row));
                NaiveDate::default().checked_add_signed(TimeDelta::days(days)).map_or(Self::Empty, Self::Date)
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
                DateTime::from_timestamp_micros(micros).map_or(Self::Empty, Self::Instant)
            }
            _ => Self::Empty,
        }
    }
}

/// The texts of a column of an answer; empty where a cell holds none.
pub(crate) fn texts(rows: &[RecordBatch], column: usize) -> Vec<String> {
    let cells = rows.iter().flat_map(|batch| (0..batch.num_rows()).map(move |row| Cell::of(batch.column(column), row)));
    cells.map(|cell| if let Cell::Text(text) = cell { text.to_owned() } else { String::new() }).collect()
}

/// A decimal number: `units` by ten to the power of `scale`.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// All its digits.
    pub units: i128,
    /// How many of them stand after the point.
    pub scale: u32,
}

impl Number {
    /// Nothing.
    pub const ZERO: Self = Self { units: 0, scale: 0 };

    /// The same number with so many digits after the point, where it has no more than these and fits.
    #[must_use]
    pub fn at_scale(self, scale: u32) -> Option<Self> {
        let units = if scale >= self.scale {
            self.units.checked_mul(10_i128.checked_pow(scale - self.scale)?)?
        } else {
            let power = 10_i128.checked_pow(self.scale - scale)?;
            (self.units % power == 0).then(|| self.units / power)?
        };
        Some(Self { units, scale })
    }

    /// The same number without zeros at the end of its decimals.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let mut number = self;
        while number.scale > 0 && number.units % 10 == 0 {
            number = Self { units: number.units / 10, scale: number.scale - 1 };
        }
        number
    }

    /// The sum, exactly; `None` where it does not fit.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let (left, right) = (self.at_scale(scale)?, other.at_scale(scale)?);
        Some(Self { units: left.units.checked_add(right.units)?, scale })
    }

    /// The difference, exactly; `None` where it does not fit.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { units: other.units.checked_neg()?, ..other })
    }

    /// The nearest float, as programs for spreadsheets hold numbers: 15 digits are exact.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        // Where both are whole numbers that floats hold exactly, their quotient is rounded once (Clinger 1990).
        let (units_max, scale_max) = (1_u128 << f64::MANTISSA_DIGITS, 22);
        if self.units.unsigned_abs() <= units_max && self.scale <= scale_max {
            return self.units as f64 / 10_f64.powi(self.scale as i32);
        }
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Its text with so many digits after the point at least, and no zeros beyond these.
    #[must_use]
    pub fn with_digits(self, digits: u32) -> String {
        let trimmed = self.trimmed();
        trimmed.at_scale(trimmed.scale.max(digits)).unwrap_or(trimmed).to_string()
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (self.trimmed(), other.trimmed());
        left.units == right.units && left.scale == right.scale
    }
}

impl Eq for Number {}

/// All its digits: `-0.50`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = format!("{:0width$}", self.units.unsigned_abs(), width = self.scale as usize + 1);
        let (whole, decimals) = digits.split_at(digits.len() - self.scale as usize);
        let point = if decimals.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{decimals}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_exactly_and_compared_by_value() {
        let number = |units, scale| Number { units, scale };
        assert_eq!(number(-50, 2).to_string(), "-0.50");
        assert_eq!(number(5, 9).to_string(), "0.000000005");
        assert_eq!(number(1200, 0).to_string(), "1200");
        assert_eq!(number(1_500_000_000, 9).with_digits(2), "1.50");
        assert_eq!(number(1_234_567_890, 9).with_digits(2), "1.23456789");
        assert_eq!(number(150, 2), number(15, 1));
        assert_eq!(number(150, 2).checked_sub(number(1, 3)), Some(number(1499, 3)));
        assert_eq!(number(i128::MAX, 0).checked_add(number(1, 1)), None);
        for (units, scale) in [(10, 2), (-77_777, 3), (123_456_789_012_345_678_901, 9), (1 << 53, 22)] {
            let number = number(units, scale);
            assert_eq!(number.to_f64().to_bits(), number.to_string().parse::<f64>().unwrap().to_bits(), "{number}");
        }
    }
}
