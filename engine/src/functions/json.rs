//! `json_build_object`, `json_build_array`, `to_json` and their like: values as JSON text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::json::writer::{EncoderOptions, NullableEncoder, make_encoder};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use super::arguments::{as_given, is_constant};

/// What is made of the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Makes {
    Object,
    Array,
    Value,
}

/// All of them; JSON here is text, so that with or without the `b` they are the same.
pub(crate) fn functions() -> [ScalarUDF; 7] {
    [
        ("json_build_object", Makes::Object),
        ("jsonb_build_object", Makes::Object),
        ("json_build_array", Makes::Array),
        ("jsonb_build_array", Makes::Array),
        ("to_json", Makes::Value),
        ("to_jsonb", Makes::Value),
        ("row_to_json", Makes::Value),
    ]
    .map(|(name, makes)| {
        let any = vec![TypeSignature::Nullary, TypeSignature::VariadicAny];
        ScalarUDF::from(Json { name, makes, signature: Signature::one_of(any, Volatility::Immutable) })
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Json {
    name: &'static str,
    makes: Makes,
    signature: Signature,
}

impl ScalarUDFImpl for Json {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let num_rows = if is_constant(&args.args) { 1 } else { args.number_rows };
        let arrays: Vec<ArrayRef> =
            args.args.iter().map(|argument| argument.to_array(num_rows)).collect::<Result<_>>()?;
        if self.makes == Makes::Object && !arrays.len().is_multiple_of(2) {
            return exec_err!("argument list must have even number of elements");
        }
        let made = (0..num_rows).map(|row| self.row(&arrays, row)).collect::<Result<StringArray>>()?;
        as_given(&args.args, Arc::new(made))
    }
}

impl Json {
    fn row(&self, arrays: &[ArrayRef], row: usize) -> Result<Option<String>> {
        let mut text = String::new();
        match self.makes {
            Makes::Value => match arrays.first() {
                Some(value) if value.is_valid(row) => text.push_str(&json(value, row)?),
                _ => return Ok(None),
            },
            Makes::Array => {
                let values = arrays.iter().map(|value| json(value, row)).collect::<Result<Vec<_>>>()?;
                text = format!("[{}]", values.join(", "));
            }
            Makes::Object => {
                let pairs = arrays.chunks(2).map(|pair| {
                    let [key, value] = pair else { return exec_err!("a key has no value") };
                    if key.is_null(row) {
                        return exec_err!("argument of json_build_object must not be a NULL key");
                    }
                    let key: ArrayRef = cast(key, &DataType::Utf8)?;
                    Ok(format!("{} : {}", json(&key, row)?, json(value, row)?))
                });
                text = format!("{{{}}}", pairs.collect::<Result<Vec<_>>>()?.join(", "));
            }
        }
        Ok(Some(text))
    }
}

/// One value as JSON.
fn json(values: &ArrayRef, row: usize) -> Result<String> {
    if values.is_null(row) {
        return Ok("null".to_owned());
    }
    let values = match values.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => cast(values, &DataType::Utf8)?,
        _ => Arc::clone(values),
    };
    let field: FieldRef = Arc::new(Field::new("value", values.data_type().clone(), true));
    let options = EncoderOptions::default();
    let mut encoder: NullableEncoder<'_> = make_encoder(&field, &values, &options)?;
    let mut bytes = Vec::new();
    encoder.encode(row, &mut bytes);
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => exec_err!("JSON that is no text: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_json() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("it's \"x\""), None]));
        assert_eq!(json(&texts, 0).unwrap(), r#""it's \"x\"""#);
        assert_eq!(json(&texts, 1).unwrap(), "null");
    }
}
