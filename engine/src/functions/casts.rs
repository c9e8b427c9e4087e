//! Casts by the session's clock and in PostgreSQL's words: `to_text(value)`, `clock_date(time)`, `clock_time(time)`.
//!
//! DataFusion's casts write times, intervals and floats in a form of their own, and read an instant by the clock of its
//! column's zone, not the session's. `sql/src/dialect/casts.rs` puts these in their place; where the two are the same,
//! they become DataFusion's casts again while the query is planned, which files are pruned by.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, StringArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, cast as cast_expr,
};
use tidemark_model::pg_text::{self, Texts};

use super::arguments::{INTERVAL, LOCAL, as_given, intervals, out_of_range, session_zone};
use super::patterns::Zone;

const DAY_US: i64 = 86_400_000_000;

/// What is cast to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum To {
    Text,
    Date,
    Local,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Cast {
    name: &'static str,
    to: To,
    signature: Signature,
}

/// All of them.
pub(crate) fn functions() -> [ScalarUDF; 3] {
    [("to_text", To::Text), ("clock_date", To::Date), ("clock_time", To::Local)]
        .map(|(name, to)| ScalarUDF::from(Cast { name, to, signature: Signature::user_defined(Volatility::Stable) }))
}

impl ScalarUDFImpl for Cast {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [value] = arg_types else { return plan_err!("{} takes a value", self.name) };
        Ok(vec![match value {
            DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
            DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Microsecond),
            DataType::Interval(_) => INTERVAL,
            other => other.clone(),
        }])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.answer())
    }

    fn simplify(&self, mut args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let zone = info.config_options().execution.time_zone.as_deref().unwrap_or("UTC");
        let [value] = args.as_slice() else { return Ok(ExprSimplifyResult::Original(args)) };
        let is_the_same = match (info.get_data_type(value)?, self.to) {
            (DataType::Duration(_), To::Text) => false,
            (value, To::Text) => !pg_text::differs(&value),
            (DataType::Timestamp(_, Some(of_column)), _) => zone == "UTC" && matches!(&*of_column, "UTC" | "+00:00"),
            _ => true,
        };
        match args.pop() {
            Some(value) if is_the_same => Ok(ExprSimplifyResult::Simplified(cast_expr(value, self.answer()))),
            value => Ok(ExprSimplifyResult::Original(value.into_iter().collect())),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let zone = session_zone(&args)?;
        let zone_name = args.config_options.execution.time_zone.as_deref().unwrap_or("UTC").to_owned();
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [values] = arrays.as_slice() else { return exec_err!("{} takes a value", self.name) };
        let answer = match (values.data_type(), self.to) {
            (_, To::Text) => texts(values, &zone_name)?,
            (DataType::Timestamp(_, Some(_)), To::Date) => {
                let day = |us: i64| us.div_euclid(DAY_US) as i32;
                Arc::new(local(values, zone)?.iter().map(|us| us.map(day)).collect::<Date32Array>())
            }
            (DataType::Timestamp(_, Some(_)), To::Local) => Arc::new(local(values, zone)?),
            _ => cast(values, &self.answer())?,
        };
        as_given(&args.args, answer)
    }
}

impl Cast {
    fn answer(&self) -> DataType {
        match self.to {
            To::Text => DataType::Utf8,
            To::Date => DataType::Date32,
            To::Local => LOCAL,
        }
    }
}

fn texts(values: &ArrayRef, zone: &str) -> Result<ArrayRef> {
    let values: ArrayRef = match values.data_type() {
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            Arc::new(values.as_primitive::<TimestampMicrosecondType>().clone().with_timezone(zone))
        }
        DataType::Duration(_) => Arc::new(intervals(&cast(values, &super::arguments::DIFFERENCE)?)),
        _ => Arc::clone(values),
    };
    if !pg_text::differs(values.data_type()) {
        return Ok(cast(&values, &DataType::Utf8)?);
    }
    let Some(texts) = Texts::of(&values) else { return exec_err!("{} has no text", values.data_type()) };
    Ok(Arc::new((0..values.len()).map(|row| texts.text(row)).collect::<StringArray>()))
}

/// Instants by a zone's clock.
fn local(instants: &ArrayRef, zone: Zone) -> Result<TimestampMicrosecondArray> {
    let instants = instants.as_primitive::<TimestampMicrosecondType>();
    let local = |us: Option<i64>| us.map(|us| zone.local_us(us).ok_or_else(out_of_range)).transpose();
    instants.iter().map(local).collect()
}
