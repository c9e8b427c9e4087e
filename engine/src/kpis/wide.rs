//! One query a source: grouped by span, city and perhaps forwarder, with a numerator and a denominator a KPI.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use datafusion::common::Result;
use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE, Grain};
use tidemark_model::schema::timestamp;
use tidemark_sql::{KpiQuery, Source};

use crate::catalog::{Pinned, Reads};

/// KPIs over one source, and the query that answers them together.
#[derive(Debug)]
pub(super) struct Wide<'a> {
    /// Where they come from.
    pub(super) source: &'a Source,
    /// In the order of their columns.
    pub(super) kpis: Vec<&'a KpiQuery>,
    /// How long the spans are.
    pub(super) grain: Grain,
    /// Whether forwarders are told apart.
    pub(super) by_forwarder: bool,
}

impl Wide<'_> {
    /// The query. Columns: bucket, city, forwarder (null where it is not asked for), then numerator and denominator a
    /// KPI. The condition is one more on the rows of the source.
    pub(super) fn sql(&self, condition: Option<&str>) -> String {
        let bucket = bucket(self.grain, &self.source.at);
        let forwarder = if self.by_forwarder { "forwarder" } else { "CAST(NULL AS VARCHAR)" };
        let figure = |text: &str| format!("CAST({text} AS DECIMAL({FIGURE_PRECISION}, {FIGURE_SCALE}))");
        let parts = self.kpis.iter().flat_map(|kpi| [&kpi.numerator, &kpi.denominator]);
        let figures: Vec<String> = parts.enumerate().map(|(i, part)| format!("{} AS f{i}", figure(part))).collect();
        let conditions: Vec<String> =
            self.source.filter.as_deref().into_iter().chain(condition).map(|part| format!("({part})")).collect();
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let groups = if self.by_forwarder { "1, 2, 3" } else { "1, 2" };
        let from = &self.source.from;
        format!(
            "SELECT {bucket} AS bucket, city, {forwarder} AS forwarder, {} FROM {from}{filter} GROUP BY {groups}",
            figures.join(", ")
        )
    }

    /// The KPIs' ids, for people.
    pub(super) fn ids(&self) -> String {
        self.kpis.iter().map(|query| query.kpi.id.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What it reads in the end.
    pub(super) fn reads(&self, pinned: &Pinned) -> Reads {
        let mut reads = pinned.reads(&self.source.relations);
        // Rows that come of several, or of one with itself, may count at other times than the events that change them.
        let selects = self.source.filter.as_ref().is_some_and(|filter| filter.to_ascii_uppercase().contains("SELECT"));
        reads.whole_history |= selects || !self.source.relations.contains(&self.source.from);
        reads
    }
}

/// Groups KPIs by their source and writes each group's query.
pub(super) fn queries<'a>(kpis: impl Iterator<Item = &'a KpiQuery>, grain: Grain, by_forwarder: bool) -> Vec<Wide<'a>> {
    let mut by_source: BTreeMap<&Source, Vec<&KpiQuery>> = BTreeMap::new();
    for kpi in kpis {
        by_source.entry(&kpi.source).or_default().push(kpi);
    }
    let wide = |(source, kpis)| Wide { source, kpis, grain, by_forwarder };
    by_source.into_iter().map(wide).collect()
}

/// The span of an instant in the row's city, as SQL.
fn bucket(grain: Grain, instant: &str) -> String {
    match grain {
        // Every zone of the group is whole hours from UTC, so an hour of UTC is an hour of the city's clock.
        Grain::Hour => format!("date_trunc('hour', {instant})"),
        Grain::Day => format!("local_day({instant}, city)"),
        Grain::Month => format!("local_month({instant}, city)"),
    }
}

/// Rows in the types that cells have: bucket as an instant or a day, city and forwarder as plain texts.
pub(super) fn normalized(rows: Vec<RecordBatch>, grain: Grain) -> Result<Vec<RecordBatch>> {
    let bucket = if grain == Grain::Hour { timestamp() } else { DataType::Date32 };
    let types = [bucket, DataType::Utf8, DataType::Utf8];
    let normalized = |rows: RecordBatch| {
        let schema = rows.schema();
        let columns = rows.columns().iter().enumerate().map(|(i, column)| match types.get(i) {
            Some(data_type) => cast(column, data_type),
            None => Ok(Arc::clone(column)),
        });
        let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
        let named =
            |(field, column): (&Arc<Field>, &ArrayRef)| Field::new(field.name(), column.data_type().clone(), true);
        let fields: Vec<Field> = schema.fields().iter().zip(&columns).map(named).collect();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    };
    rows.into_iter().map(normalized).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidemark_sql::Library;

    #[test]
    fn kpis_over_one_source_share_a_query() {
        let library = Library::open(None).unwrap();
        let wanted = |ids: &'static [&str]| library.kpis.iter().filter(|query| ids.contains(&query.kpi.id.as_str()));
        assert_eq!(queries(wanted(&["error_rate", "automation_rate"]), Grain::Day, false).len(), 1);
        assert_eq!(queries(wanted(&["error_rate", "nps"]), Grain::Day, false).len(), 2);
    }
}
