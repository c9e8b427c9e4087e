//! The answer of a saved report as a document, with all that its writers show: title, whose rows, of when, the rows,
//! and the chart where one was asked for.

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

use super::catalogue::{Holds, Relation};
use super::cells::cells;
use super::chart::{Chart, chart};
use super::condition::Condition;
use super::definition::{Definition, Operator};
use super::output::{Output, outputs};
use super::words::{CUT, FACT_DUE, FACT_OWNER, FACT_SOURCE, FACT_ZONE};
use super::zone;
use crate::document::{Document, Fact, Role, Section, Status};
use crate::fill;
use crate::head::PRODUCT;
use crate::scope::Scope;
use crate::words::{FACT_PRODUCT, THE_GROUP, Words};

/// What a saved report is, in the place of a report's kind.
const KIND: &str = "saved";
/// The one section of its document.
const ROWS: &str = "rows";

/// What a run answered.
#[derive(Debug, Clone)]
pub struct Answer<'a> {
    /// What was asked.
    pub definition: &'a Definition,
    /// Of which relation.
    pub relation: &'a Relation,
    /// Within what its owner may see.
    pub scope: &'a Scope,
    /// When the run was due.
    pub due_at: DateTime<Utc>,
    /// The newest of what it was made from.
    pub as_of: DateTime<Utc>,
    /// The rows of its [statement](super::sql::statement), at most one more than its limit.
    pub rows: Vec<RecordBatch>,
}

/// A report, ready to be written.
#[derive(Debug, Clone)]
pub struct Report {
    /// What its definition is called, and so are its files.
    pub name: String,
    /// What all forms but pictures are written from.
    pub document: Document,
    /// The picture, where the definition has one.
    pub chart: Option<Chart>,
    /// How many rows it has.
    pub num_rows: usize,
    /// Whether there are more rows than its limit let in.
    pub is_cut: bool,
}

impl Answer<'_> {
    /// The report of this answer. The same answer gives the same report.
    ///
    /// # Errors
    /// Where the rows have other columns than the definition asks for.
    pub fn report(&self) -> Result<Report, ArrowError> {
        let Self { definition, relation, .. } = self;
        let language = definition.language;
        let zone = zone::find(&definition.zone).unwrap_or(Tz::UTC);
        let mut outputs = outputs(definition, relation, language);
        let limit = usize::try_from(definition.limit).unwrap_or(usize::MAX);
        let is_cut = self.rows.iter().map(RecordBatch::num_rows).sum::<usize>() > limit;
        let rows = with_names(cells(&first(&self.rows, limit), &mut outputs, zone)?, &outputs);
        if is_cut {
            // A total of some rows would be taken for that of all.
            outputs.iter_mut().for_each(|output| output.is_summed = false);
        }
        let title = definition.title.of(language).unwrap_or(&definition.name);
        let section = Section {
            name: ROWS,
            title: title.to_owned(),
            note: self.note(is_cut),
            role: Role::Main,
            columns: outputs.iter().map(Output::column).collect(),
            rows,
        };
        let (period, entity) = (self.period(zone), self.entity());
        let subtitle = format!("{entity} · {period} · {zone}");
        let chart = chart(definition, &outputs, &section, (title, &subtitle));
        let num_rows = section.num_rows();
        let mut document = Document {
            id: String::new(),
            kind: KIND,
            language,
            title: title.to_owned(),
            entity,
            period,
            status: Status::Current,
            as_of: self.as_of,
            facts: self.facts(zone),
            checks: Vec::new(),
            sections: vec![section],
        };
        document.id = fill::id(&document);
        Ok(Report { name: definition.name.clone(), document, chart, num_rows, is_cut })
    }

    fn note(&self, is_cut: bool) -> String {
        let Definition { note, language, limit, .. } = self.definition;
        let cut = language.of(&CUT).replace("{limit}", &limit.to_string());
        let note = note.of(*language).unwrap_or_default();
        if is_cut { format!("{cut} {note}").trim().to_owned() } else { note.to_owned() }
    }

    /// Whose rows are in it: all, or those of the owner's cities.
    fn entity(&self) -> String {
        match self.scope {
            Scope::Whole => self.definition.language.of(&THE_GROUP).to_owned(),
            Scope::Cities(cities) => cities.iter().cloned().collect::<Vec<_>>().join(", "),
        }
    }

    /// The days of its first filter by a period, both included; else the day on which it was due.
    fn period(&self, zone: Tz) -> String {
        let of_filter = self.definition.filters.iter().filter(|filter| filter.operator == Operator::InPeriod);
        let span = of_filter.filter_map(|filter| {
            let column = self.relation.find(&filter.column)?;
            let Condition::Within(time, zone) = Condition::of(filter, column, zone).ok()? else { return None };
            let (first, end) = match column.holds {
                Holds::Instant => {
                    let (start, end) = time.instants(self.due_at, zone)?;
                    let last = end.checked_sub_signed(TimeDelta::microseconds(1))?;
                    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
                    (day(start), day(last))
                }
                Holds::Month => time.months(self.due_at, zone).map(|(start, end)| Some((start, end.pred_opt()?)))??,
                _ => time.days(self.due_at, zone).map(|(start, end)| Some((start, end.pred_opt()?)))??,
            };
            Some(if first == end { first.to_string() } else { format!("{first} – {end}") })
        });
        let today = || self.due_at.with_timezone(&zone).date_naive().to_string();
        span.into_iter().next().unwrap_or_else(today)
    }

    fn facts(&self, zone: Tz) -> Vec<Fact> {
        let Definition { language, owner, source, .. } = self.definition;
        let fact = |name, label: &Words, value: &str| Fact {
            name,
            label: language.of(label).to_owned(),
            value: value.to_owned(),
        };
        let due = self.due_at.with_timezone(&zone).format("%Y-%m-%d %H:%M %:z").to_string();
        vec![
            fact("source", &FACT_SOURCE, source),
            fact("owner", &FACT_OWNER, owner),
            fact("zone", &FACT_ZONE, zone.name()),
            fact("due_at", &FACT_DUE, &due),
            fact("product", &FACT_PRODUCT, PRODUCT),
        ]
    }
}

/// So many rows from the first.
fn first(rows: &[RecordBatch], limit: usize) -> Vec<RecordBatch> {
    let mut left = limit;
    let mut kept = Vec::new();
    for batch in rows.iter().filter(|batch| batch.num_rows() > 0) {
        let count = batch.num_rows().min(left);
        if count > 0 {
            kept.push(batch.slice(0, count));
        }
        left -= count;
    }
    kept
}

/// The rows, or a batch without any, so that a file of nothing has its titles all the same.
fn with_names(rows: Vec<RecordBatch>, outputs: &[Output]) -> Vec<RecordBatch> {
    if !rows.is_empty() {
        return rows;
    }
    let field = |output: &Output| Field::new(&output.name, arrow::datatypes::DataType::Utf8, true);
    vec![RecordBatch::new_empty(Arc::new(Schema::new(outputs.iter().map(field).collect::<Vec<_>>())))]
}

#[cfg(test)]
mod tests;
