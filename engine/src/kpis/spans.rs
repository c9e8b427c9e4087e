//! The spans of one grain that changed hours lie in.

use std::collections::{BTreeSet, HashSet};

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Date32Type, TimestampMicrosecondType};
use chrono::NaiveDate;
use datafusion::common::Result;
use tidemark_model::kpi::Grain;

use crate::kept::hours::{self, Hours};

/// See the module.
pub(super) enum Spans {
    Hours(Hours),
    Days(BTreeSet<NaiveDate>),
    Months(BTreeSet<NaiveDate>),
}

impl Spans {
    pub(super) fn of(hours: &Hours, grain: Grain) -> Self {
        match grain {
            Grain::Hour => Self::Hours(hours.clone()),
            Grain::Day => Self::Days(hours::days(hours)),
            Grain::Month => Self::Months(hours::months(&hours::days(hours))),
        }
    }

    /// The condition that a row of the source may count in one of them.
    pub(super) fn sql(&self, at: &str) -> String {
        match self {
            Self::Hours(hours) => hours::in_hours(at, hours),
            Self::Days(days) => hours::in_days(at, days.iter().copied()),
            Self::Months(months) => hours::in_months(at, months),
        }
    }

    /// The rows whose bucket is one of them, or the others.
    pub(super) fn filter(&self, rows: &RecordBatch, is_one: bool) -> Result<RecordBatch> {
        let bucket = rows.column(0);
        let keeps: BooleanArray = match self {
            Self::Hours(hours) => {
                let of = |hour: Option<i64>| Some(hour.is_some_and(|hour| hours.contains(&hour)) == is_one);
                bucket.as_primitive::<TimestampMicrosecondType>().iter().map(of).collect()
            }
            Self::Days(days) | Self::Months(days) => {
                let days: HashSet<i64> = days.iter().map(|day| (*day - NaiveDate::default()).num_days()).collect();
                let of = |day: Option<i32>| Some(day.is_some_and(|day| days.contains(&day.into())) == is_one);
                bucket.as_primitive::<Date32Type>().iter().map(of).collect()
            }
        };
        Ok(if keeps.true_count() == rows.num_rows() { rows.clone() } else { filter_record_batch(rows, &keeps)? })
    }
}
