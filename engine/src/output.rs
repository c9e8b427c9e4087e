//! Columns as they may leave the engine: plain types that every client knows, and no bytes of other rows.
//!
//! String views share the buffers of the batch they were cut from, slices and null masks hide values without removing
//! them (trap 10). Over Arrow Flight a client would get those bytes. So views become plain texts, dictionaries their
//! values, and what is hidden is dropped by copying the rest.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, MutableArrayData, RecordBatch, RecordBatchOptions, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;
use tidemark_sql::dialect::client_name;

/// The schema that an answer has for the schema that a plan has; instants are by the clock of the session's zone.
pub(crate) fn plain_schema(schema: &Schema, zone: &str) -> SchemaRef {
    let as_the_client_sees_it = |field: &FieldRef| {
        let mut field = plain_field(field);
        if let DataType::Timestamp(unit, Some(_)) = field.data_type() {
            let by_clock = DataType::Timestamp(*unit, Some(zone.into()));
            field = Arc::new(Field::clone(&field).with_data_type(by_clock));
        }
        let name = client_name(field.name());
        if name == field.name() { field } else { Arc::new(Field::clone(&field).with_name(name)) }
    };
    // The schema's own metadata is the planner's.
    Arc::new(Schema::new(schema.fields().iter().map(as_the_client_sees_it).collect::<Fields>()))
}

/// The rows in the schema of [`plain_schema`].
pub(crate) fn plain_rows(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = rows.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| {
        let typed = if column.data_type() == field.data_type() {
            Arc::clone(column)
        } else {
            arrow::compute::cast(column, field.data_type())?
        };
        compact(&typed)
    });
    let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

fn plain_field(field: &FieldRef) -> FieldRef {
    let plain = plain_type(field.data_type());
    if plain == *field.data_type() {
        return Arc::clone(field);
    }
    Arc::new(Field::clone(field).with_data_type(plain))
}

fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        // A NULL that nothing gives a type is text, as in PostgreSQL.
        DataType::Utf8View | DataType::Null => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        DataType::List(element) | DataType::ListView(element) => DataType::List(plain_field(element)),
        DataType::LargeList(element) | DataType::LargeListView(element) => DataType::LargeList(plain_field(element)),
        DataType::FixedSizeList(element, size) => DataType::FixedSizeList(plain_field(element), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(plain_field).collect()),
        DataType::Map(entries, sorted) => DataType::Map(plain_field(entries), *sorted),
        other => other.clone(),
    }
}

/// Copies what is visible of an array, where something else may be in its buffers.
fn compact(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let data = array.to_data();
    let fixed = data.data_type().primitive_width();
    let exact = fixed.is_some_and(|width| data.buffers()[0].len() == width * data.len());
    if array.null_count() == 0 && exact && data.offset() == 0 {
        return Ok(Arc::clone(array));
    }
    let mut copy = MutableArrayData::new(vec![&data], true, data.len());
    let mut end = 0;
    for (start, stop) in array.nulls().map_or_else(|| vec![(0, data.len())], valid_runs) {
        copy.try_extend_nulls(start - end)?;
        copy.try_extend(0, start, stop)?;
        end = stop;
    }
    copy.try_extend_nulls(data.len() - end)?;
    Ok(make_array(copy.freeze()))
}

fn valid_runs(nulls: &NullBuffer) -> Vec<(usize, usize)> {
    nulls.valid_slices().collect()
}

#[cfg(test)]
mod tests {
    use arrow::array::{AsArray, Int64Array, StringArray, StringViewArray};
    use arrow::datatypes::Int64Type;

    use super::*;

    fn leave(column: ArrayRef) -> ArrayRef {
        let field = Field::new("c", column.data_type().clone(), true);
        let schema = Arc::new(Schema::new(vec![field]));
        let rows = RecordBatch::try_new(Arc::clone(&schema), vec![column]).unwrap();
        Arc::clone(plain_rows(&rows, &plain_schema(&schema, "UTC")).unwrap().column(0))
    }

    fn holds(array: &ArrayRef, needle: &str) -> bool {
        let found = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        array.to_data().buffers().iter().any(|buffer| found(buffer.as_slice()))
    }

    #[test]
    fn a_filtered_view_leaves_without_the_other_rows() {
        let all = StringViewArray::from(vec!["a text that is ours to see", "a secret that is of somebody else"]);
        let ours: ArrayRef = Arc::new(all.slice(0, 1));
        let left = leave(ours);
        assert_eq!(left.data_type(), &DataType::Utf8);
        assert_eq!(left.as_string::<i32>().value(0), "a text that is ours to see");
        assert!(!holds(&left, "secret"));
    }

    #[test]
    fn a_hidden_value_is_gone() {
        let texts = StringArray::from(vec!["seen", "secret", "seen"]);
        let (offsets, values, _) = texts.into_parts();
        let masked: ArrayRef = Arc::new(StringArray::new(offsets, values, Some(vec![true, false, true].into())));
        assert!(holds(&masked, "secret"));
        assert!(!holds(&leave(masked), "secret"));

        let numbers = Int64Array::new(vec![1, 4711, 3].into(), Some(vec![true, false, true].into()));
        let left = leave(Arc::new(numbers));
        assert_eq!(left.as_primitive::<Int64Type>().values().as_ref(), [1, 0, 3]);
        assert!(left.is_null(1));
    }

    #[test]
    fn a_slice_of_a_text_leaves_alone() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["secret", "seen"]).slice(1, 1));
        let left = leave(texts);
        assert!(!holds(&left, "secret"));
        assert_eq!(left.as_string::<i32>().value(0), "seen");
    }
}
