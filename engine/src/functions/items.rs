//! What an extraction's lists say, without unnesting them: `num_required(fields)`, `num_required_filled(fields)`,
//! `charge_total(charges)`, `charge_currency(charges)`.
//!
//! One pass over the values; a query over half a million invoices would otherwise unnest four million fields.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, ListArray, StringArray, StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::{Result, exec_datafusion_err, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use tidemark_model::amount::AMOUNT_SCALE;
use tidemark_model::kpi::FIGURE_PRECISION;

/// One of the functions.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Items {
    name: &'static str,
    answer: DataType,
    what: What,
    signature: Signature,
}

/// What it asks of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Required,
    RequiredFilled,
    ChargeTotal,
    ChargeCurrency,
}

/// All of them.
pub(crate) fn functions() -> [ScalarUDF; 4] {
    let function = |name, what, answer| {
        let signature = Signature::any(1, Volatility::Immutable);
        ScalarUDF::from(Items { name, answer, what, signature })
    };
    [
        function("num_required", What::Required, DataType::Int64),
        function("num_required_filled", What::RequiredFilled, DataType::Int64),
        function("charge_total", What::ChargeTotal, DataType::Decimal128(FIGURE_PRECISION, AMOUNT_SCALE)),
        function("charge_currency", What::ChargeCurrency, DataType::Utf8),
    ]
}

impl ScalarUDFImpl for Items {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.answer.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let list = arrays.first().and_then(|array| array.as_list_opt::<i32>());
        let items = list.and_then(|list| list.values().as_struct_opt());
        let (Some(list), Some(items)) = (list, items) else {
            return exec_err!("{} takes the list of fields or charges of an extraction", self.name);
        };
        let of = match self.what {
            What::Required => num_required,
            What::RequiredFilled => num_required_filled,
            What::ChargeTotal => charge_total,
            What::ChargeCurrency => charge_currency,
        };
        Ok(ColumnarValue::Array(of(list, items)?))
    }
}

/// The rows' ranges in the list's values; null where the list is.
pub(super) fn ranges(list: &ListArray) -> impl Iterator<Item = Option<std::ops::Range<usize>>> + '_ {
    let offsets = list.value_offsets();
    (0..list.len()).map(move |row| list.is_valid(row).then(|| offsets[row] as usize..offsets[row + 1] as usize))
}

fn member<'a>(items: &'a StructArray, name: &str) -> Result<&'a ArrayRef> {
    items.column_by_name(name).ok_or_else(|| exec_datafusion_err!("the list's rows have no member \"{name}\""))
}

pub(super) fn texts(items: &StructArray, name: &str) -> Result<StringArray> {
    Ok(cast(member(items, name)?, &DataType::Utf8)?.as_string::<i32>().clone())
}

fn flags<'a>(items: &'a StructArray, name: &str) -> Result<&'a BooleanArray> {
    member(items, name)?.as_boolean_opt().ok_or_else(|| exec_datafusion_err!("\"{name}\" is no flag"))
}

fn num_required(list: &ListArray, items: &StructArray) -> Result<ArrayRef> {
    let required = flags(items, "required")?;
    Ok(count(list, |item| required.is_valid(item) && required.value(item)))
}

fn num_required_filled(list: &ListArray, items: &StructArray) -> Result<ArrayRef> {
    let (required, values) = (flags(items, "required")?, texts(items, "value")?);
    let filled = |item| values.is_valid(item) && !values.value(item).is_empty();
    Ok(count(list, |item| required.is_valid(item) && required.value(item) && filled(item)))
}

fn count(list: &ListArray, holds: impl Fn(usize) -> bool) -> ArrayRef {
    let counts = ranges(list).map(|range| Some(range?.filter(|item| holds(*item)).count() as i64));
    Arc::new(counts.collect::<Int64Array>())
}

/// The one currency of the charges in a range; none where there are several or no charges.
fn sole_currency(currencies: &StringArray, mut range: std::ops::Range<usize>) -> Option<&str> {
    let currency_of = |item: usize| currencies.is_valid(item).then(|| currencies.value(item));
    let first = currency_of(range.next()?)?;
    range.all(|item| currency_of(item) == Some(first)).then_some(first)
}

fn charge_currency(list: &ListArray, items: &StructArray) -> Result<ArrayRef> {
    let currencies = texts(items, "currency")?;
    Ok(Arc::new(ranges(list).map(|range| sole_currency(&currencies, range?)).collect::<StringArray>()))
}

fn charge_total(list: &ListArray, items: &StructArray) -> Result<ArrayRef> {
    let currencies = texts(items, "currency")?;
    let amounts = member(items, "amount")?.as_primitive_opt::<Decimal128Type>();
    let amounts = amounts.ok_or_else(|| exec_datafusion_err!("\"amount\" is no decimal"))?;
    let total = |range: Option<std::ops::Range<usize>>| {
        let range = range.filter(|range| sole_currency(&currencies, range.clone()).is_some());
        let sum = |total: i128, item| total.checked_add(if amounts.is_valid(item) { amounts.value(item) } else { 0 });
        let total = range.map(|mut range| range.try_fold(0, sum));
        total
            .map(|total| total.ok_or_else(|| exec_datafusion_err!("the charges of an invoice add up beyond 38 digits")))
    };
    let totals = ranges(list).map(|range| total(range).transpose()).collect::<Result<Decimal128Array>>()?;
    Ok(Arc::new(totals.with_precision_and_scale(FIGURE_PRECISION, AMOUNT_SCALE)?))
}
