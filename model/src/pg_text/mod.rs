//! Values in PostgreSQL's text form.

mod lists;
mod numbers;
mod times;

use std::fmt::{self, Write};

use arrow::array::timezone::Tz;
use arrow::array::{Array, ArrayRef, AsArray, ListArray, PrimitiveArray, StringArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int64Type,
    IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit, Time64MicrosecondType, TimeUnit,
    TimestampMicrosecondType,
};

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;

/// Whether Arrow writes values of a type otherwise than PostgreSQL.
pub const fn differs(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Float32
            | DataType::Float64
            | DataType::Time64(TimeUnit::Microsecond)
            | DataType::Timestamp(TimeUnit::Microsecond, _)
            | DataType::Interval(IntervalUnit::MonthDayNano)
    )
}

/// The difference of two times as an interval of days and the rest, as PostgreSQL's are.
pub const fn difference(micros: i64) -> IntervalMonthDayNano {
    // 2^63 microseconds are 106,751,991 days.
    IntervalMonthDayNano::new(0, (micros / DAY_US) as i32, micros % DAY_US * 1_000)
}

/// A column whose cells can be written in PostgreSQL's text form.
#[derive(Debug)]
pub struct Texts(Column);

#[derive(Debug)]
enum Column {
    Text(StringArray),
    Whole(PrimitiveArray<Int64Type>),
    Single(PrimitiveArray<Float32Type>),
    Double(PrimitiveArray<Float64Type>),
    /// With its digits behind the point.
    Decimal(PrimitiveArray<Decimal128Type>, u32),
    Date(PrimitiveArray<Date32Type>),
    Clock(PrimitiveArray<Time64MicrosecondType>),
    Local(PrimitiveArray<TimestampMicrosecondType>),
    Instant(PrimitiveArray<TimestampMicrosecondType>, Tz),
    Interval(PrimitiveArray<IntervalMonthDayNanoType>),
    /// With its items.
    List(ListArray, Box<Texts>),
}

impl Texts {
    /// A column of a type that is written here; of those that [`differs`] names, every one whose zone is known.
    pub fn of(array: &ArrayRef) -> Option<Self> {
        Some(Self(match array.data_type() {
            DataType::Utf8 => Column::Text(array.as_string().clone()),
            DataType::Int64 => Column::Whole(array.as_primitive().clone()),
            DataType::Float32 => Column::Single(array.as_primitive().clone()),
            DataType::Float64 => Column::Double(array.as_primitive().clone()),
            DataType::Decimal128(_, scale) => {
                Column::Decimal(array.as_primitive().clone(), u32::try_from(*scale).ok()?)
            }
            DataType::Date32 => Column::Date(array.as_primitive().clone()),
            DataType::Time64(TimeUnit::Microsecond) => Column::Clock(array.as_primitive().clone()),
            DataType::Timestamp(TimeUnit::Microsecond, None) => Column::Local(array.as_primitive().clone()),
            DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) => {
                Column::Instant(array.as_primitive().clone(), zone.parse().ok()?)
            }
            DataType::Interval(IntervalUnit::MonthDayNano) => Column::Interval(array.as_primitive().clone()),
            DataType::List(_) => {
                let lists: &ListArray = array.as_list();
                Column::List(lists.clone(), Box::new(Self::of(lists.values())?))
            }
            _ => return None,
        }))
    }

    /// Writes a cell and says that it did; nothing for NULL, and for times that no calendar has. An instant is written
    /// by the clock of its column's zone.
    ///
    /// # Errors
    /// Where `out` fails.
    pub fn write(&self, row: usize, out: &mut impl Write) -> Result<bool, fmt::Error> {
        match &self.0 {
            Column::Text(array) if array.is_null(row) => Ok(false),
            Column::Text(array) => out.write_str(array.value(row)).map(|()| true),
            Column::List(array, _) if array.is_null(row) => Ok(false),
            Column::List(array, items) => {
                // Offsets are not negative.
                let [from, to] = [row, row + 1].map(|at| array.value_offsets()[at] as usize);
                lists::list(items, from..to, out)
            }
            Column::Whole(array) => cell(array, row, |value| write!(out, "{value}").map(|()| true)),
            Column::Single(array) => cell(array, row, |value| numbers::single(value, out).map(|()| true)),
            Column::Double(array) => cell(array, row, |value| numbers::double(value, out).map(|()| true)),
            Column::Decimal(array, scale) => {
                cell(array, row, |value| numbers::decimal(value, *scale, out).map(|()| true))
            }
            Column::Date(array) => cell(array, row, |days| times::date(days, out)),
            Column::Clock(array) => cell(array, row, |micros| times::clock(micros, out).map(|()| true)),
            Column::Local(array) => cell(array, row, |micros| times::local(micros, out)),
            Column::Instant(array, zone) => cell(array, row, |micros| times::instant(micros, zone, out)),
            Column::Interval(array) => cell(array, row, |value| times::interval(value, out).map(|()| true)),
        }
    }

    /// The text of a cell, nothing where [`Self::write`] writes nothing.
    pub fn text(&self, row: usize) -> Option<String> {
        let mut text = String::new();
        self.write(row, &mut text).is_ok_and(|written| written).then_some(text)
    }
}

fn cell<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    row: usize,
    write: impl FnOnce(T::Native) -> Result<bool, fmt::Error>,
) -> Result<bool, fmt::Error> {
    if array.is_valid(row) { write(array.value(row)) } else { Ok(false) }
}
