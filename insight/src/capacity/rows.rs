//! Advice as rows of its table.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch};
use arrow::error::ArrowError;
use tidemark_model::insight::CAPACITY_ADVICE;
use tidemark_model::time::Micros;

use super::advise::Advised;
use super::run_out::When;
use crate::cells::{figures, instants, texts};

/// Advice as rows of `capacity_advice`.
///
/// # Errors
/// Where the table has other columns.
pub fn rows(advised: &[Advised], made_at: Micros) -> Result<RecordBatch, ArrowError> {
    let each = || advised.iter();
    let span = |place: usize| instants(each().map(|one| micros(one.span?[place])));
    CAPACITY_ADVICE.rows(vec![
        instants(each().map(|_| Some(made_at))),
        texts(each().map(|one| Some(one.resource))),
        texts(each().map(|one| one.city.as_deref())),
        texts(each().map(|one| one.category.as_deref())),
        figures(each().map(|one| Some(one.advice.figure)))?,
        figures(each().map(|one| one.available))?,
        texts(each().map(|one| Some(one.unit))),
        Arc::new(each().map(|one| one.available.map(|_| one.advice.probability)).collect::<Float64Array>()) as ArrayRef,
        span(0),
        instants(each().map(|one| micros(one.advice.when))),
        span(1),
        texts(each().map(|one| Some(one.advice.urgency.name()))),
        texts(each().map(|one| Some(one.advice.confidence.name()))),
        texts(each().map(|one| Some(one.advice.reason.as_str()))),
    ])
}

fn micros(when: When) -> Option<Micros> {
    match when {
        When::At(at) => Some(at.timestamp_micros()),
        When::NotWithinHorizon => None,
    }
}
