//! Operators that need to know their sides' types to mean what they mean in PostgreSQL.
//!
//! They are for clients' statements alone; the views are DataFusion's SQL.

use std::sync::Arc;

use arrow::datatypes::{DataType, IntervalMonthDayNano};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::sqlparser::ast::BinaryOperator;
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF, cast};

use super::arguments::{INTERVAL, LOCAL, is_text};

/// See the module.
#[derive(Debug)]
pub(crate) struct Operators {
    to_text: Arc<ScalarUDF>,
}

impl Operators {
    /// With the function that writes a value as PostgreSQL does.
    pub(crate) const fn new(to_text: Arc<ScalarUDF>) -> Self {
        Self { to_text }
    }
}

impl ExprPlanner for Operators {
    fn plan_binary_op(&self, raw: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let RawBinaryExpr { op, mut left, mut right } = raw;
        // A side whose type is not known yet is left to the planner.
        if let (Ok(of_left), Ok(of_right)) = (left.get_type(schema), right.get_type(schema)) {
            match op {
                BinaryOperator::Plus | BinaryOperator::Minus => {
                    if is_day(&of_left) && is_interval(&of_right) && !is_whole_days(&right) {
                        left = cast(left, LOCAL);
                    } else if is_day(&of_right) && is_interval(&of_left) && !is_whole_days(&left) {
                        right = cast(right, LOCAL);
                    } else if op == BinaryOperator::Plus && is_time(&of_left) && is_literal_text(&right) {
                        right = cast(right, INTERVAL);
                    }
                }
                BinaryOperator::StringConcat if is_text(&of_left) && is_written_otherwise(&of_right) => {
                    right = self.to_text.call(vec![right]);
                }
                BinaryOperator::StringConcat if is_text(&of_right) && is_written_otherwise(&of_left) => {
                    left = self.to_text.call(vec![left]);
                }
                // An untyped text beside a truth value is one: SQLAlchemy 1.4 asks for `indisprimary = 'f'`.
                BinaryOperator::Eq | BinaryOperator::NotEq if is_truth(&of_left) && is_literal_text(&right) => {
                    right = cast(right, DataType::Boolean);
                }
                BinaryOperator::Eq | BinaryOperator::NotEq if is_truth(&of_right) && is_literal_text(&left) => {
                    left = cast(left, DataType::Boolean);
                }
                _ => {}
            }
        }
        Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }))
    }
}

const fn is_truth(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Boolean)
}

const fn is_day(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32)
}

const fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Timestamp(..))
}

const fn is_interval(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Interval(_) | DataType::Duration(_))
}

const fn is_written_otherwise(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(..) | DataType::Time64(_) | DataType::Float32 | DataType::Float64)
        || is_interval(data_type)
}

/// Whether an interval keeps a day a day. PostgreSQL makes a timestamp of that too, but conditions on days prune by days.
fn is_whole_days(interval: &Expr) -> bool {
    match interval {
        Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano { nanoseconds, .. })), _) => {
            *nanoseconds == 0
        }
        Expr::Literal(ScalarValue::IntervalYearMonth(_), _) => true,
        _ => false,
    }
}

fn is_literal_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(ScalarValue::Utf8(Some(_)), _))
}
