//! Wide rows to cells: value, target and status, in exact decimals.
//!
//! No denominator, no value: where it is zero or null the value is null. A plain count, sum or percentile has the
//! denominator 1. Where a KPI counts nothing there is no cell, whatever else its source counted.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Field, Schema, SchemaRef, TimestampMicrosecondType};
use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use datafusion::common::{Result, exec_datafusion_err, exec_err};
use tidemark_model::city::{self, City};
use tidemark_model::kpi::{Direction, FIGURE_PRECISION, FIGURE_SCALE, Figure, Grain, Kpi};
use tidemark_model::schema::timestamp;
use tidemark_sql::KpiQuery;

const ONE: i128 = 10_i128.pow(FIGURE_SCALE as u32);
const DAY_US: i64 = 86_400_000_000;

/// The columns of a relation of cells.
pub(super) fn schema(grain: Grain, by_forwarder: bool) -> SchemaRef {
    let bucket = if grain == Grain::Hour { timestamp() } else { DataType::Date32 };
    let figure = || DataType::Decimal128(FIGURE_PRECISION, FIGURE_SCALE);
    let mut fields = vec![Field::new("bucket", bucket, false), Field::new("city", DataType::Utf8, true)];
    if by_forwarder {
        fields.push(Field::new("forwarder", DataType::Utf8, true));
    }
    fields.extend([
        Field::new("kpi", DataType::Utf8, false),
        Field::new("numerator", figure(), false),
        Field::new("denominator", figure(), false),
        Field::new("value", figure(), true),
        Field::new("target", figure(), true),
        Field::new("status", DataType::Utf8, true),
    ]);
    Arc::new(Schema::new(fields))
}

/// Cells as they are collected.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    grain: Grain,
    by_forwarder: bool,
    /// First local day of each city, in days since 1970.
    go_lives: &'a HashMap<String, i32>,
    buckets: Vec<i64>,
    cities: Vec<Option<String>>,
    forwarders: Vec<Option<String>>,
    kpis: Vec<&'a str>,
    figures: [Vec<Option<i128>>; 4],
    statuses: Vec<Option<&'static str>>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(grain: Grain, by_forwarder: bool, go_lives: &'a HashMap<String, i32>) -> Self {
        Self {
            grain,
            by_forwarder,
            go_lives,
            buckets: vec![],
            cities: vec![],
            forwarders: vec![],
            kpis: vec![],
            figures: Default::default(),
            statuses: vec![],
        }
    }

    /// Adds what a wide query answered for the wanted among its KPIs.
    pub(super) fn extend(&mut self, kpis: &[&'a KpiQuery], wanted: &HashSet<&str>, rows: &RecordBatch) -> Result<()> {
        let buckets = self.read_buckets(rows.column(0));
        let [cities, forwarders] = [1, 2].map(|column: usize| rows.column(column).as_string::<i32>());
        for (index, query) in kpis.iter().enumerate().filter(|(_, query)| wanted.contains(query.kpi.id.as_str())) {
            let part = |part: usize| rows.column(3 + 2 * index + part).as_primitive::<Decimal128Type>();
            let (numerators, denominators) = (part(0), part(1));
            let is_plain = query.denominator == "1";
            for (row, bucket) in buckets.iter().enumerate() {
                let Some(bucket) = *bucket else { continue };
                let figure = |of: &Decimal128Array| of.is_valid(row).then(|| of.value(row)).filter(|f| *f != 0);
                let (numerator, denominator) = (figure(numerators), figure(denominators));
                if numerator.is_none() && (is_plain || denominator.is_none()) {
                    continue;
                }
                let text = |of: &StringArray| of.is_valid(row).then(|| of.value(row).to_owned());
                self.forwarders.push(text(forwarders));
                self.push(&query.kpi, bucket, text(cities), numerator.unwrap_or(0), denominator.unwrap_or(0))?;
            }
        }
        Ok(())
    }

    /// Days since 1970 or, by the hour, microseconds.
    fn read_buckets(&self, column: &ArrayRef) -> Vec<Option<i64>> {
        match self.grain {
            Grain::Hour => column.as_primitive::<TimestampMicrosecondType>().iter().collect(),
            Grain::Day | Grain::Month => {
                column.as_primitive::<Date32Type>().iter().map(|day| Some(day?.into())).collect()
            }
        }
    }

    fn push(
        &mut self,
        kpi: &'a Kpi,
        bucket: i64,
        city: Option<String>,
        numerator: i128,
        denominator: i128,
    ) -> Result<()> {
        let value = quotient(numerator, denominator)
            .map_err(|()| exec_datafusion_err!("the KPI {} is beyond 38 digits in {city:?}", kpi.id))?;
        let day = if self.grain == Grain::Hour { local_day(bucket, city.as_deref()) } else { bucket };
        let go_live = city.as_ref().and_then(|city| self.go_lives.get(city));
        let target = target(kpi, go_live.map(|day| i64::from(*day)), day);
        for (figures, figure) in
            self.figures.iter_mut().zip([Some(numerator), Some(denominator), value, target.map(|target| target.0)])
        {
            figures.push(figure);
        }
        self.buckets.push(bucket);
        self.cities.push(city);
        self.kpis.push(&kpi.id);
        self.statuses.push(value.and_then(|value| status(kpi, Figure(value), target)));
        Ok(())
    }

    /// All cells as one batch.
    pub(super) fn finish(self) -> Result<RecordBatch> {
        let buckets: ArrayRef = match self.grain {
            Grain::Hour => Arc::new(TimestampMicrosecondArray::from(self.buckets).with_timezone("UTC")),
            Grain::Day | Grain::Month => {
                let days = self.buckets.into_iter().map(i32::try_from).collect::<std::result::Result<Vec<_>, _>>();
                let Ok(days) = days else { return exec_err!("a KPI's day is beyond the calendar") };
                Arc::new(Date32Array::from(days))
            }
        };
        let mut columns = vec![buckets, Arc::new(StringArray::from(self.cities)) as ArrayRef];
        if self.by_forwarder {
            columns.push(Arc::new(StringArray::from(self.forwarders)));
        }
        columns.push(Arc::new(StringArray::from(self.kpis)));
        for figures in self.figures {
            let figures = Decimal128Array::from(figures);
            columns.push(Arc::new(figures.with_precision_and_scale(FIGURE_PRECISION, FIGURE_SCALE)?));
        }
        columns.push(Arc::new(StringArray::from(self.statuses)));
        Ok(RecordBatch::try_new(schema(self.grain, self.by_forwarder), columns)?)
    }
}

/// The local day of an hour's start in a city, in days since 1970; that of UTC where the city is not known.
fn local_day(hour_us: i64, city: Option<&str>) -> i64 {
    let at = DateTime::from_timestamp_micros(hour_us);
    let day = |(city, at): (&City, DateTime<Utc>)| (city.local_day(at) - NaiveDate::default()).num_days();
    city.and_then(city::find).zip(at).map_or(hour_us.div_euclid(DAY_US), day)
}

/// Numerator by denominator, both in billionths, rounded half away from zero; none where the denominator is zero.
/// Fails beyond 38 digits.
fn quotient(numerator: i128, denominator: i128) -> std::result::Result<Option<i128>, ()> {
    if denominator == 0 {
        return Ok(None);
    }
    let scaled = numerator.checked_mul(ONE).ok_or(())?;
    let (whole, rest) = (scaled / denominator, scaled % denominator);
    let away = if (scaled < 0) == (denominator < 0) { 1 } else { -1 };
    Ok(Some(if rest.unsigned_abs() >= denominator.unsigned_abs().div_ceil(2) { whole + away } else { whole }))
}

/// The target that holds on a day: the first until 3 months after go-live, the second until 6, then the last. Where all
/// are one, it holds for any city and for none.
fn target(kpi: &Kpi, go_live: Option<i64>, day: i64) -> Option<Figure> {
    let targets = kpi.targets?;
    if targets[0] == targets[1] && targets[1] == targets[2] {
        return Some(targets[0]);
    }
    let go_live = go_live?;
    let date = |days: i64| NaiveDate::default().checked_add_days(Days::new(u64::try_from(days).ok()?));
    let (go_live, day) = (date(go_live)?, date(day)?);
    let after = |months| go_live.checked_add_months(Months::new(months)).is_some_and(|end| day >= end);
    Some(targets[usize::from(after(3)) + usize::from(after(6))])
}

/// `act` or `warn` beyond those thresholds; without a threshold to warn, `warn` short of the target; else `ok`.
fn status(kpi: &Kpi, value: Figure, target: Option<Figure>) -> Option<&'static str> {
    let beyond = |limit: Figure| match kpi.direction {
        Direction::Up => value < limit,
        Direction::Down => value > limit,
        Direction::None => false,
    };
    match (kpi.act, kpi.warn.or(target)) {
        (None, None) => None,
        (Some(act), _) if beyond(act) => Some("act"),
        (_, Some(warn)) if beyond(warn) => Some("warn"),
        _ => Some("ok"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotient_rounds_half_away_from_zero() {
        assert_eq!(quotient(ONE, 3 * ONE), Ok(Some(333_333_333)));
        assert_eq!(quotient(2 * ONE, 3 * ONE), Ok(Some(666_666_667)));
        assert_eq!(quotient(-ONE, 3 * ONE), Ok(Some(-333_333_333)));
        assert_eq!(quotient(1, 2 * ONE), Ok(Some(1)));
        assert_eq!(quotient(-1, 2 * ONE), Ok(Some(-1)));
        assert_eq!(quotient(ONE, 0), Ok(None));
        assert_eq!(quotient(i128::MAX, ONE), Err(()));
    }

    #[test]
    fn targets_rise_three_and_six_months_after_go_live() {
        let library = tidemark_sql::Library::open(None).unwrap();
        let kpi = &library.kpis.iter().find(|query| query.kpi.id == "automation_rate").unwrap().kpi;
        let day = |text: &str| (text.parse::<NaiveDate>().unwrap() - NaiveDate::default()).num_days();
        let on = |at: &str| target(kpi, Some(day("2025-11-30")), day(at)).unwrap().to_string();
        assert_eq!([on("2026-02-27"), on("2026-02-28"), on("2026-05-30")], ["0.9", "0.92", "0.95"]);
    }
}
