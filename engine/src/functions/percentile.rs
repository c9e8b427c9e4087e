//! `percentile(value, fraction)`: the exact percentile of whole numbers, interpolated linearly, as a decimal.
//!
//! DataFusion's `percentile_cont` answers a float and rounds the weight between two neighbours to millionths, so a
//! p95 of far neighbours is off by what people notice.

use std::mem::size_of_val;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};
use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE};

/// Parts of one in which a fraction is given: millionths.
const PARTS: i128 = 1_000_000;

/// The function.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Percentile {
    signature: Signature,
}

impl Percentile {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::exact(vec![DataType::Int64, DataType::Float64], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Percentile {
    fn name(&self) -> &'static str {
        "percentile"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Decimal128(FIGURE_PRECISION, FIGURE_SCALE))
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Values::default()))
    }

    fn state_fields(&self, _: StateFieldsArgs<'_>) -> Result<Vec<arrow::datatypes::FieldRef>> {
        use arrow::datatypes::Field;
        use std::sync::Arc;

        let values = DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)));
        Ok(vec![Arc::new(Field::new("values", values, true)), Arc::new(Field::new("parts", DataType::Int64, true))])
    }
}

/// The values of a group, and the fraction that is asked for.
#[derive(Debug, Default)]
struct Values {
    values: Vec<i64>,
    /// The fraction in millionths, once a row has told it.
    parts: Option<i64>,
}

impl Values {
    fn fraction(&mut self, fractions: &ArrayRef) -> Result<()> {
        let Some(fraction) = fractions.as_primitive::<Float64Type>().iter().flatten().next() else { return Ok(()) };
        if !(0.0..=1.0).contains(&fraction) {
            return exec_err!("percentile takes a fraction from 0 to 1, not {fraction}");
        }
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to a million")]
        let parts = (fraction * 1_000_000.0).round() as i64;
        self.parts = Some(parts);
        Ok(())
    }
}

impl Accumulator for Values {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.fraction(&values[1])?;
        self.values.extend(values[0].as_primitive::<Int64Type>().iter().flatten());
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for list in states[0].as_list::<i32>().iter().flatten() {
            self.values.extend(cast(&list, &DataType::Int64)?.as_primitive::<Int64Type>().iter().flatten());
        }
        self.parts = states[1].as_primitive::<Int64Type>().iter().flatten().next().or(self.parts);
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = std::mem::take(&mut self.values).into_iter().map(|value| ScalarValue::Int64(Some(value)));
        let values = ScalarValue::new_list(&values.collect::<Vec<_>>(), &DataType::Int64, true);
        Ok(vec![ScalarValue::List(values), ScalarValue::Int64(self.parts)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let figure = self.parts.map(|parts| percentile(&mut self.values, parts.into())).unwrap_or(Ok(None))?;
        Ok(ScalarValue::Decimal128(figure, FIGURE_PRECISION, FIGURE_SCALE))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<i64>()
    }
}

/// The percentile in billionths; none of no values.
fn percentile(values: &mut [i64], parts: i128) -> Result<Option<i128>> {
    let Some(last) = values.len().checked_sub(1) else { return Ok(None) };
    let rank = last as i128 * parts;
    let (index, weight) = ((rank / PARTS) as usize, rank % PARTS);
    let (_, low, above) = values.select_nth_unstable(index);
    let low = i128::from(*low);
    let high = above.iter().min().map_or(low, |high| i128::from(*high));
    let one = 10_i128.pow(FIGURE_SCALE.unsigned_abs().into());
    let figure = low.checked_mul(one).and_then(|low_part| low_part.checked_add((high - low) * weight * (one / PARTS)));
    figure.map(Some).ok_or_else(|| exec_datafusion_err!("a percentile is beyond 38 digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_lies_exactly_between_its_neighbours() {
        let of = |values: &mut [i64], parts| percentile(values, parts).unwrap();
        assert_eq!(of(&mut [400, 100, 201], 950_000), Some(380_100_000_000));
        assert_eq!(of(&mut [1, 2], 500_000), Some(1_500_000_000));
        assert_eq!(of(&mut [7], 950_000), Some(7_000_000_000));
        assert_eq!(of(&mut [3, 1, 2], 0), Some(1_000_000_000));
        assert_eq!(of(&mut [3, 1, 2], 1_000_000), Some(3_000_000_000));
        assert_eq!(of(&mut [], 500_000), None);
    }
}
