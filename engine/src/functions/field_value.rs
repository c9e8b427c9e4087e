//! `field_value(fields, name)`: what an extraction read for a field, without unnesting its fields; null where it has no
//! such field, or nothing was read for it. Of several fields of one name the first counts.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, AsArray, ListArray, StringArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::as_given;
use super::items::{ranges, texts};

/// The function.
pub(crate) fn field_value() -> ScalarUDF {
    ScalarUDF::from(FieldValue { signature: Signature::any(2, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct FieldValue {
    signature: Signature,
}

impl ScalarUDFImpl for FieldValue {
    fn name(&self) -> &str {
        "field_value"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let list = arrays.first().and_then(|array| array.as_list_opt::<i32>());
        let items = list.and_then(|list| list.values().as_struct_opt());
        let (Some(list), Some(items), Some(wanted)) = (list, items, arrays.get(1)) else {
            return exec_err!("field_value takes the list of fields of an extraction and a field's name");
        };
        let wanted = cast(wanted, &DataType::Utf8)?;
        as_given(&args.args, Arc::new(values(list, items, wanted.as_string::<i32>())?))
    }
}

/// The value of each row's field of the name that the same row wants.
fn values(list: &ListArray, items: &StructArray, wanted: &StringArray) -> Result<StringArray> {
    let (names, texts) = (texts(items, "name")?, texts(items, "value")?);
    let value = |row: usize, fields: Option<Range<usize>>| {
        let name = wanted.is_valid(row).then(|| wanted.value(row))?;
        let field = fields?.find(|field| names.is_valid(*field) && names.value(*field) == name)?;
        texts.is_valid(field).then(|| texts.value(field))
    };
    Ok(ranges(list).enumerate().map(|(row, fields)| value(row, fields)).collect())
}

#[cfg(test)]
mod tests {
    use arrow::array::ArrayRef;
    use arrow::buffer::{NullBuffer, OffsetBuffer};
    use arrow::datatypes::Field;

    use super::*;

    #[test]
    fn the_first_field_of_the_name_counts_and_what_is_not_there_is_null() {
        let column = |name: &str, texts: Vec<Option<&str>>| {
            (Arc::new(Field::new(name, DataType::Utf8, true)), Arc::new(StringArray::from(texts)) as ArrayRef)
        };
        let read = [
            (Some("vessel"), Some("Ever Lotus")),
            (Some("port_of_loading"), Some("Yantian")),
            (Some("port_of_loading"), Some("Busan")),
            (None, Some("Yantian")),
            (Some("port_of_loading"), None),
            (Some("vessel"), Some("Jade River")),
        ];
        let items = StructArray::from(vec![
            column("name", read.iter().map(|field| field.0).collect()),
            column("value", read.iter().map(|field| field.1).collect()),
        ]);
        let element = Arc::new(Field::new("element", items.data_type().clone(), true));
        // Fields 0 to 2, none, 3 and 4, 5, a list that is null.
        let offsets = OffsetBuffer::from_lengths([3, 0, 2, 1, 0]);
        let known = NullBuffer::from(vec![true, true, true, true, false]);
        let list = ListArray::new(element, offsets, Arc::new(items.clone()), Some(known));
        let of = |list: &ListArray, name: Option<&str>| {
            let values = values(list, &items, &StringArray::from(vec![name; list.len()])).unwrap();
            values.iter().map(|value| value.map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(of(&list, Some("port_of_loading")), [Some("Yantian".to_owned()), None, None, None, None]);
        let vessels = [Some("Ever Lotus".to_owned()), None, None, Some("Jade River".to_owned()), None];
        assert_eq!(of(&list, Some("vessel")), vessels);
        assert_eq!(of(&list.slice(3, 1), Some("vessel")), [Some("Jade River".to_owned())]);
        assert_eq!(of(&list, None), vec![None; 5]);
    }
}
