//! `only(value)`: the value of the only row, NULL where there is none, and an error where there are more. It is what a
//! query as a value means; `sql/src/dialect/queries/scalars.rs` puts it there.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use std::sync::Arc;

/// The function.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Only {
    signature: Signature,
}

impl Only {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Only {
    fn name(&self) -> &'static str {
        "only"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types.first().cloned().unwrap_or(DataType::Null))
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let none = ScalarValue::try_from(args.return_field.data_type())?;
        Ok(Box::new(Value { value: none, is_seen: false }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let value = Field::new(format!("{}[value]", args.name), args.return_field.data_type().clone(), true);
        let is_seen = Field::new(format!("{}[is_seen]", args.name), DataType::Boolean, false);
        Ok(vec![Arc::new(value), Arc::new(is_seen)])
    }
}

#[derive(Debug)]
struct Value {
    value: ScalarValue,
    is_seen: bool,
}

impl Value {
    fn see(&mut self, value: ScalarValue) -> Result<()> {
        if self.is_seen {
            return exec_err!("more than one row returned by a subquery used as an expression");
        }
        self.value = value;
        self.is_seen = true;
        Ok(())
    }
}

impl Accumulator for Value {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some(values) = values.first() else { return Ok(()) };
        for row in 0..values.len().min(2) {
            self.see(ScalarValue::try_from_array(values, row)?)?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value.clone())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.value.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value.clone(), ScalarValue::from(self.is_seen)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [values, seen] = states else { return Ok(()) };
        let seen: &BooleanArray = seen.as_boolean();
        for row in 0..values.len() {
            if seen.is_valid(row) && seen.value(row) {
                self.see(ScalarValue::try_from_array(values, row)?)?;
            }
        }
        Ok(())
    }
}
