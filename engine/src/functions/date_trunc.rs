//! `date_trunc(unit, time)`: DataFusion's, which for an instant asks the zone's calendar at each row. UTC has none to
//! ask, so that instants of UTC are truncated as times without a zone, by arithmetic alone.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, FieldRef, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions::datetime::date_trunc::DateTruncFunc;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
};
use tidemark_model::schema::timestamp;

/// The function.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct DateTrunc(DateTruncFunc);

impl DateTrunc {
    pub(crate) fn new() -> Self {
        Self(DateTruncFunc::new())
    }
}

impl ScalarUDFImpl for DateTrunc {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn aliases(&self) -> &[String] {
        self.0.aliases()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.0.return_type(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.0.return_field_from_args(args)
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        self.0.output_ordering(inputs)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.0.documentation()
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_utc = args.args.get(1).is_some_and(|time| time.data_type() == timestamp());
        if !is_utc {
            return self.0.invoke_with_args(args);
        }
        args.args[1] = in_zone(&args.args[1], None);
        Ok(in_zone(&self.0.invoke_with_args(args)?, Some("UTC")))
    }
}

/// The same microseconds in another zone, or in none.
fn in_zone(times: &ColumnarValue, zone: Option<&str>) -> ColumnarValue {
    let zone = zone.map(Arc::from);
    match times {
        ColumnarValue::Scalar(ScalarValue::TimestampMicrosecond(time, _)) => {
            ColumnarValue::Scalar(ScalarValue::TimestampMicrosecond(*time, zone))
        }
        ColumnarValue::Array(times) if matches!(times.data_type(), DataType::Timestamp(TimeUnit::Microsecond, _)) => {
            let times = times.as_primitive::<TimestampMicrosecondType>().clone();
            ColumnarValue::Array(Arc::new(times.with_timezone_opt(zone)) as ArrayRef)
        }
        other => other.clone(),
    }
}
