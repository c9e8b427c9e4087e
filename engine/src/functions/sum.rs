//! `sum` that fails where DataFusion's own would wrap around silently (trap 9): for 64-bit integers and decimals.
//!
//! A wrapped sum is a wrong number that looks like a right one. Of our own columns only sums over more than 10^10
//! rows of the largest amount could wrap, but a query may cast to any precision or multiply before it sums. Floats,
//! durations and several distinct sums in one query are DataFusion's (a single one becomes a group by and a plain sum).

use std::fmt::Debug;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, ArrowNumericType, AsArray, BooleanArray, PrimitiveArray};
use arrow::datatypes::{DataType, Decimal128Type, DecimalType, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, ReversedUDAF, Signature, StatisticsArgs,
    utils::AggregateOrderSensitivity,
};

/// The aggregate.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct CheckedSum {
    unchecked: Sum,
}

impl CheckedSum {
    pub(crate) fn new() -> Self {
        Self { unchecked: Sum::new() }
    }
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        self.unchecked.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.unchecked.return_type(arg_types)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.unchecked.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match args.return_field.data_type() {
            DataType::Int64 if !args.is_distinct => Ok(Box::new(One::<Int64Type>::new(&DataType::Int64))),
            other @ DataType::Decimal128(..) if !args.is_distinct => Ok(Box::new(One::<Decimal128Type>::new(other))),
            _ => self.unchecked.accumulator(args),
        }
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.unchecked.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        match args.return_field.data_type() {
            DataType::Int64 => Ok(Box::new(Groups::<Int64Type>::new(&DataType::Int64))),
            other @ DataType::Decimal128(..) => Ok(Box::new(Groups::<Decimal128Type>::new(other))),
            _ => self.unchecked.create_groups_accumulator(args),
        }
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        match args.return_field.data_type() {
            DataType::Int64 if !args.is_distinct => Ok(Box::new(Sliding::<Int64Type>::new(&DataType::Int64))),
            other @ DataType::Decimal128(..) if !args.is_distinct => {
                Ok(Box::new(Sliding::<Decimal128Type>::new(other)))
            }
            _ => self.unchecked.create_sliding_accumulator(args),
        }
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn value_from_stats(&self, args: &StatisticsArgs) -> Option<ScalarValue> {
        self.unchecked.value_from_stats(args)
    }
}

/// A numeric type whose sums are checked, with the check of a finished sum.
trait Checked: ArrowNumericType + Debug {
    /// Whether a sum is a value of this type; a decimal's digits are fewer than its integer could hold.
    fn fits(sum: Self::Native, data_type: &DataType) -> bool;
}

impl Checked for Int64Type {
    fn fits(_: i64, _: &DataType) -> bool {
        true
    }
}

impl Checked for Decimal128Type {
    fn fits(sum: i128, data_type: &DataType) -> bool {
        match data_type {
            DataType::Decimal128(precision, _) => Self::is_valid_decimal_precision(sum, *precision),
            _ => true,
        }
    }
}

fn add<T: Checked>(sum: T::Native, value: T::Native) -> Result<T::Native> {
    match sum.add_checked(value) {
        Ok(sum) => Ok(sum),
        Err(_) => out_of_range(&T::DATA_TYPE),
    }
}

fn out_of_range<V>(data_type: &DataType) -> Result<V> {
    exec_err!("sum is out of the range of {data_type}")
}

/// One sum.
#[derive(Debug)]
struct One<T: Checked> {
    sum: Option<T::Native>,
    data_type: DataType,
}

impl<T: Checked> One<T> {
    fn new(data_type: &DataType) -> Self {
        Self { sum: None, data_type: data_type.clone() }
    }
}

impl<T: Checked> Accumulator for One<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = values[0].as_primitive::<T>();
        let Ok(part) = arrow::compute::sum_checked(values) else { return out_of_range(&self.data_type) };
        if let Some(part) = part {
            self.sum = Some(add::<T>(self.sum.unwrap_or_default(), part)?);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::new_primitive::<T>(self.sum, &self.data_type)?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.sum.is_some_and(|sum| !T::fits(sum, &self.data_type)) {
            return out_of_range(&self.data_type);
        }
        ScalarValue::new_primitive::<T>(self.sum, &self.data_type)
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }
}

/// The sum over a window's frame, which rows leave as well as enter.
#[derive(Debug)]
struct Sliding<T: Checked> {
    sum: One<T>,
    /// Values in the frame; the sum of none is NULL.
    count: usize,
}

impl<T: Checked> Sliding<T> {
    fn new(data_type: &DataType) -> Self {
        Self { sum: One::new(data_type), count: 0 }
    }
}

impl<T: Checked> Accumulator for Sliding<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.count += values[0].len() - values[0].null_count();
        self.sum.update_batch(values)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let left = values[0].as_primitive::<T>();
        let Ok(part) = arrow::compute::sum_checked(left) else { return out_of_range(&self.sum.data_type) };
        self.count -= left.len() - left.null_count();
        let rest = self.sum.sum.unwrap_or_default().sub_checked(part.unwrap_or_default());
        let Ok(rest) = rest else { return out_of_range(&self.sum.data_type) };
        self.sum.sum = (self.count > 0).then_some(rest);
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        exec_err!("a window's sum is never merged")
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.sum.state()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.sum.evaluate()
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }
}

/// A sum for each group.
#[derive(Debug)]
struct Groups<T: Checked> {
    sums: Vec<Option<T::Native>>,
    data_type: DataType,
}

impl<T: Checked> Groups<T> {
    fn new(data_type: &DataType) -> Self {
        Self { sums: Vec::new(), data_type: data_type.clone() }
    }

    fn emit(&mut self, emit_to: EmitTo) -> PrimitiveArray<T> {
        let sums = emit_to.take_needed(&mut self.sums);
        sums.into_iter().collect::<PrimitiveArray<T>>().with_data_type(self.data_type.clone())
    }
}

impl<T: Checked> GroupsAccumulator for Groups<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let values = values[0].as_primitive::<T>();
        self.sums.resize(total_num_groups, None);
        if values.null_count() == 0 && filter.is_none() {
            for (group, value) in group_indices.iter().zip(values.values()) {
                let sum = &mut self.sums[*group];
                *sum = Some(add::<T>(sum.unwrap_or_default(), *value)?);
            }
            return Ok(());
        }
        for (row, group) in group_indices.iter().enumerate() {
            let counted = values.is_valid(row) && filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if counted {
                let sum = &mut self.sums[*group];
                *sum = Some(add::<T>(sum.unwrap_or_default(), values.value(row))?);
            }
        }
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.update_batch(values, group_indices, None, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sums = self.emit(emit_to);
        if sums.iter().flatten().any(|sum| !T::fits(sum, &self.data_type)) {
            return out_of_range(&self.data_type);
        }
        Ok(Arc::new(sums))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Arc::new(self.emit(emit_to))])
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let values = values[0].as_primitive::<T>().clone().with_data_type(self.data_type.clone());
        let values: ArrayRef = Arc::new(values);
        let Some(filter) = filter else { return Ok(vec![values]) };
        let excluded: BooleanArray = filter.iter().map(|counted| Some(counted != Some(true))).collect();
        Ok(vec![arrow::compute::nullif(&values, &excluded)?])
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.sums.capacity() * size_of::<Option<T::Native>>()
    }
}
