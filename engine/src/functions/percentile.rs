//! `percentile(value, fraction)`: the exact percentile of whole numbers, interpolated linearly, as a decimal.
//!
//! DataFusion's `percentile_cont` answers a float and rounds the weight between two neighbours to millionths, so a
//! p95 of far neighbours is off by what people notice.

use std::mem::size_of_val;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility};
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

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::default()))
    }

    fn state_fields(&self, _: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let values = DataType::List(value_field());
        Ok(vec![Arc::new(Field::new("values", values, true)), Arc::new(Field::new("parts", DataType::Int64, true))])
    }
}

fn value_field() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Int64, true))
}

/// The values of a group, and the fraction that is asked for.
#[derive(Debug, Default)]
struct Values {
    values: Vec<i64>,
    /// The fraction in millionths, once a row has told it.
    parts: Option<i64>,
}

impl Values {
    /// Takes the fraction from a row that has one.
    fn fraction(&mut self, fraction: Option<f64>) -> Result<()> {
        let (Some(fraction), None) = (fraction, self.parts) else { return Ok(()) };
        if !(0.0..=1.0).contains(&fraction) {
            return exec_err!("percentile takes a fraction from 0 to 1, not {fraction}");
        }
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to a million")]
        let parts = (fraction * 1_000_000.0).round() as i64;
        self.parts = Some(parts);
        Ok(())
    }

    /// Takes what another has collected.
    fn merge(&mut self, values: &ArrayRef, parts: Option<i64>) {
        self.values.extend_from_slice(values.as_primitive::<Int64Type>().values());
        self.parts = self.parts.or(parts);
    }

    fn figure(mut self) -> Result<Option<i128>> {
        self.parts.map_or(Ok(None), |parts| percentile(&mut self.values, parts.into()))
    }
}

impl Accumulator for Values {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.fraction(values[1].as_primitive::<Float64Type>().iter().flatten().next())?;
        self.values.extend(values[0].as_primitive::<Int64Type>().iter().flatten());
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let parts = states[1].as_primitive::<Int64Type>();
        for (list, parts) in states[0].as_list::<i32>().iter().zip(parts) {
            list.iter().for_each(|values| self.merge(values, parts));
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let Self { values, parts } = std::mem::take(self);
        Ok(vec![ScalarValue::List(Arc::new(lists(vec![values])?)), ScalarValue::Int64(parts)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Decimal128(std::mem::take(self).figure()?, FIGURE_PRECISION, FIGURE_SCALE))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<i64>()
    }
}

/// The same of many groups at once: without it each row would be handed to its group's accumulator by a copy.
#[derive(Debug, Default)]
struct Groups {
    groups: Vec<Values>,
    /// What the values of all of them take, in bytes.
    num_bytes: usize,
}

impl Groups {
    fn change(&mut self, group: usize, change: impl FnOnce(&mut Values) -> Result<()>) -> Result<()> {
        let values = &mut self.groups[group];
        let before = values.values.capacity();
        change(values)?;
        self.num_bytes += (values.values.capacity() - before) * size_of::<i64>();
        Ok(())
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Values> {
        let taken = emit_to.take_needed(&mut self.groups);
        self.num_bytes -= taken.iter().map(|group| group.values.capacity() * size_of::<i64>()).sum::<usize>();
        taken
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize_with(total_num_groups, Values::default);
        let fractions = values[1].as_primitive::<Float64Type>().iter();
        let rows = values[0].as_primitive::<Int64Type>().iter().zip(fractions).zip(group_indices);
        for (row, ((value, fraction), group)) in rows.enumerate() {
            if opt_filter.is_some_and(|filter| filter.is_null(row) || !filter.value(row)) {
                continue;
            }
            self.change(*group, |of| {
                of.values.extend(value);
                of.fraction(fraction)
            })?;
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.groups.resize_with(total_num_groups, Values::default);
        let parts = states[1].as_primitive::<Int64Type>();
        for ((list, parts), group) in states[0].as_list::<i32>().iter().zip(parts).zip(group_indices) {
            let Some(values) = list else { continue };
            self.change(*group, |of| {
                of.merge(&values, parts);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (values, parts): (Vec<_>, Vec<_>) =
            self.take(emit_to).into_iter().map(|group| (group.values, group.parts)).unzip();
        Ok(vec![Arc::new(lists(values)?), Arc::new(Int64Array::from(parts))])
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let figures = self.take(emit_to).into_iter().map(Values::figure).collect::<Result<Decimal128Array>>()?;
        Ok(Arc::new(figures.with_precision_and_scale(FIGURE_PRECISION, FIGURE_SCALE)?))
    }

    /// Each row as a group of its own.
    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut alone = Self::default();
        alone.update_batch(values, &rows, opt_filter, rows.len())?;
        alone.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Values>() + self.num_bytes
    }
}

/// A list of each group's values.
fn lists(groups: Vec<Vec<i64>>) -> Result<ListArray> {
    let lengths: Vec<usize> = groups.iter().map(Vec::len).collect();
    if i32::try_from(lengths.iter().sum::<usize>()).is_err() {
        return exec_err!("a percentile of more than {} values: ask for less at once", i32::MAX);
    }
    let values = Int64Array::from_iter_values(groups.into_iter().flatten());
    Ok(ListArray::new(value_field(), OffsetBuffer::from_lengths(lengths), Arc::new(values), None))
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
    use arrow::array::Float64Array;

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

    #[test]
    fn groups_come_to_what_each_comes_to_alone_however_they_are_cut() {
        let column = |values: Vec<Option<i64>>| Arc::new(Int64Array::from(values)) as ArrayRef;
        let half = |len| Arc::new(Float64Array::from(vec![0.5; len])) as ArrayRef;
        let values = vec![Some(5), None, Some(1), Some(9), Some(2), Some(100)];
        let of_group = [0, 0, 1, 0, 1, 2];
        let counts = BooleanArray::from(vec![Some(true), Some(true), Some(true), Some(true), Some(true), None]);

        let mut whole = Groups::default();
        whole.update_batch(&[column(values.clone()), half(6)], &of_group, Some(&counts), 4).unwrap();
        let mut parts = Groups::default();
        for rows in [0..2, 2..6] {
            let mut part = Groups::default();
            let of = [column(values[rows.clone()].to_vec()), half(rows.len())];
            part.update_batch(&of, &of_group[rows.clone()], Some(&counts.slice(rows.start, rows.len())), 4).unwrap();
            let [first, rest] = [EmitTo::First(1), EmitTo::All].map(|emit_to| part.state(emit_to).unwrap());
            parts.merge_batch(&first, &[0], 4).unwrap();
            parts.merge_batch(&rest, &[1, 2, 3], 4).unwrap();
            assert_eq!(part.num_bytes, 0);
        }

        let one = 1_000_000_000;
        let expected: Decimal128Array = [Some(7 * one), Some(3 * one / 2), None, None].into_iter().collect();
        let expected = expected.with_precision_and_scale(FIGURE_PRECISION, FIGURE_SCALE).unwrap();
        for groups in [&mut whole, &mut parts] {
            assert_eq!(groups.evaluate(EmitTo::All).unwrap().as_primitive(), &expected);
            assert_eq!(groups.num_bytes, 0);
        }
    }
}
