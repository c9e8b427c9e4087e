//! Answers of a platform for tests.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray, TimestampMicrosecondArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Fields};
use tidemark_model::time::Micros;

use super::extractions::list_type;

/// Columns as an answer.
pub(super) fn answer(columns: Vec<ArrayRef>) -> RecordBatch {
    let named = columns.into_iter().enumerate().map(|(place, column)| (format!("c{place}"), column, true));
    RecordBatch::try_from_iter_with_nullable(named).unwrap()
}

/// A column of texts; an empty one is null.
pub(super) fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> ArrayRef {
    Arc::new(values.into_iter().map(|value| Some(value).filter(|value| !value.is_empty())).collect::<StringArray>())
}

/// A column of instants.
pub(super) fn instants(values: impl IntoIterator<Item = Micros>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter_values(values).with_timezone("UTC"))
}

/// A column of numbers.
pub(super) fn numbers(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

/// A column of whole numbers.
pub(super) fn counts(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

/// What `News` asks for.
pub(super) fn news(num: i64) -> RecordBatch {
    answer(vec![counts([num]), instants([num])])
}

/// A column of lists, a list a row and two or three texts an element: those of `charges` (code, amount, currency) or of
/// `fields` (name, value).
pub(super) fn lists(name: &str, rows: &[Vec<Vec<&str>>]) -> ArrayRef {
    let DataType::List(element) = list_type(name) else { panic!("{name} is no list") };
    let DataType::Struct(members) = element.data_type().clone() else { panic!("{name} has no members") };
    let given: &[&str] = if name == "charges" { &["code", "amount", "currency"] } else { &["name", "value"] };
    let elements: Vec<&Vec<&str>> = rows.iter().flatten().collect();
    let column = |member: &Arc<Field>| -> ArrayRef {
        let place = given.iter().position(|given| given == member.name());
        let values: StringArray = elements.iter().map(|element| place.map(|place| element[place])).collect();
        cast(&values, member.data_type()).unwrap()
    };
    let columns: Vec<ArrayRef> = members.iter().map(column).collect();
    let values = StructArray::new(Fields::clone(&members), columns, None);
    let offsets = OffsetBuffer::from_lengths(rows.iter().map(Vec::len));
    Arc::new(ListArray::new(element, offsets, Arc::new(values), None))
}
