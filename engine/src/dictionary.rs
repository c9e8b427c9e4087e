//! What there is to ask and where it comes from: the relations `relations`, `relation_columns` and `lineage`. They never
//! change while the engine runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use tidemark_model::contract::event_types;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::pg_type::ColumnType;
use tidemark_model::schema::COMMENT;
use tidemark_model::stream::Stream;
use tidemark_sql::{KpiQuery, Library, View};

use crate::system::SystemTable;

/// A relation as people look it up.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    /// Its name.
    pub(crate) name: String,
    /// `table`, `view` or `system`.
    pub(crate) kind: &'static str,
    /// What one row is; empty where nobody has said.
    pub(crate) meaning: String,
    /// Its columns.
    pub(crate) columns: SchemaRef,
}

/// A relation whose rows are made once, after all others are known.
#[derive(Debug)]
pub(crate) struct Fixed {
    name: &'static str,
    meaning: &'static str,
    columns: &'static [(&'static str, DataType)],
    rows: OnceLock<RecordBatch>,
}

/// The three relations.
#[derive(Debug, Clone)]
pub(crate) struct Dictionary {
    relations: Arc<Fixed>,
    columns: Arc<Fixed>,
    lineage: Arc<Fixed>,
}

const RELATIONS: [(&str, DataType); 3] =
    [("relation", DataType::Utf8), ("kind", DataType::Utf8), ("meaning", DataType::Utf8)];
const COLUMNS: [(&str, DataType); 5] = [
    ("relation", DataType::Utf8),
    ("position", DataType::Int32),
    ("name", DataType::Utf8),
    ("type", DataType::Utf8),
    ("meaning", DataType::Utf8),
];
const LINEAGE: [(&str, DataType); 5] = [
    ("kind", DataType::Utf8),
    ("name", DataType::Utf8),
    ("source_kind", DataType::Utf8),
    ("source", DataType::Utf8),
    ("columns", DataType::Utf8),
];

impl Default for Dictionary {
    fn default() -> Self {
        let fixed =
            |name, meaning, columns: &'static _| Arc::new(Fixed { name, meaning, columns, rows: OnceLock::new() });
        Self {
            relations: fixed("relations", "Everything that can be asked for, and what one row of it is.", &RELATIONS),
            columns: fixed("relation_columns", "The columns of every relation, and what they mean.", &COLUMNS),
            lineage: fixed(
                "lineage",
                "What each KPI, view and table is made from: one step a row, down to the streams.",
                &LINEAGE,
            ),
        }
    }
}

impl Dictionary {
    /// The relations, for statements.
    pub(crate) fn tables(&self) -> [Arc<dyn SystemTable>; 3] {
        [Arc::clone(&self.relations) as _, Arc::clone(&self.columns) as _, Arc::clone(&self.lineage) as _]
    }

    /// Learns what there is. Only the first time counts.
    pub(crate) fn learn(&self, mut all: Vec<Described>, library: &Library) -> Result<(), ArrowError> {
        all.sort_by(|one, other| one.name.cmp(&other.name));
        self.relations.set([
            texts(all.iter().map(|one| Some(one.name.as_str()))),
            texts(all.iter().map(|one| Some(one.kind))),
            texts(all.iter().map(|one| Some(one.meaning.as_str()).filter(|meaning| !meaning.is_empty()))),
        ])?;
        let columns: Vec<_> = all.iter().flat_map(|one| columns_of(one, library)).collect();
        self.columns.set([
            texts(columns.iter().map(|column| Some(column.relation))),
            Arc::new(Int32Array::from_iter_values(columns.iter().map(|column| column.position))),
            texts(columns.iter().map(|column| Some(column.field.name().as_str()))),
            texts(columns.iter().map(|column| Some(column.type_name.as_str()))),
            texts(columns.iter().map(|column| column.meaning)),
        ])?;
        let steps = steps(&all, library);
        self.lineage.set([
            texts(steps.iter().map(|step| Some(step.of.0))),
            texts(steps.iter().map(|step| Some(step.of.1))),
            texts(steps.iter().map(|step| Some(step.from.0))),
            texts(steps.iter().map(|step| Some(step.from.1))),
            texts(steps.iter().map(|step| Some(step.columns.as_str()).filter(|columns| !columns.is_empty()))),
        ])
    }
}

impl Fixed {
    fn set(&self, columns: impl Into<Vec<ArrayRef>>) -> Result<(), ArrowError> {
        let rows = RecordBatch::try_new(self.schema(), columns.into())?;
        let _ = self.rows.set(rows);
        Ok(())
    }
}

impl SystemTable for Fixed {
    fn name(&self) -> &str {
        self.name
    }

    fn meaning(&self) -> &str {
        self.meaning
    }

    fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(|(name, data_type)| Field::new(*name, data_type.clone(), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let error = || ServiceError::new(ErrorCode::Unavailable, format!("{} is not known yet", self.name));
        self.rows.get().cloned().ok_or_else(error)
    }
}

struct Column<'a> {
    relation: &'a str,
    position: i32,
    field: &'a FieldRef,
    type_name: String,
    meaning: Option<&'a str>,
}

/// A view says what its columns mean in its header; a table with each of them.
fn columns_of<'a>(of: &'a Described, library: &'a Library) -> impl Iterator<Item = Column<'a>> {
    let view = library.view(&of.name);
    of.columns.fields().iter().zip(1..).map(move |(field, position)| {
        let said = view.and_then(|view| view.columns.iter().find(|(name, _)| name == field.name()));
        let meaning = said.map(|(_, meaning)| meaning).or_else(|| field.metadata().get(COMMENT));
        let type_name = ColumnType::of(field.data_type()).sql_name();
        Column { relation: &of.name, position, field, type_name, meaning: meaning.map(String::as_str) }
    })
}

/// One step of lineage: what, from what, and which of its columns are named.
struct Step<'a> {
    of: (&'static str, &'a str),
    from: (&'static str, &'a str),
    columns: String,
}

fn steps<'a>(all: &'a [Described], library: &'a Library) -> Vec<Step<'a>> {
    let known: BTreeMap<&str, &Described> = all.iter().map(|one| (one.name.as_str(), one)).collect();
    let read = |of, reads: &'a BTreeSet<String>, sql: &str| -> Vec<Step<'a>> {
        let words = words(sql);
        let known = reads.iter().filter_map(|name| known.get(name.as_str()));
        known.map(|from| Step { of, from: (from.kind, &from.name), columns: named(from, &words) }).collect()
    };
    let of_kpi = |query: &'a KpiQuery| read(("kpi", &query.kpi.id), &query.source.relations, &query.text());
    let of_view = |view: &'a View| read(("view", &view.name), &view.reads, &view.sql);
    let mut steps: Vec<_> = library.kpis.iter().flat_map(of_kpi).collect();
    steps.extend(library.views.iter().filter(|view| known.contains_key(view.name.as_str())).flat_map(of_view));
    for stream in Stream::ALL.into_iter().filter(|stream| known.contains_key(stream.table())) {
        let types = event_types(stream).iter().map(|event| event.name).collect::<Vec<_>>().join(" ");
        steps.push(Step { of: ("table", stream.table()), from: ("stream", stream.name()), columns: types });
    }
    steps
}

/// The columns of a relation that SQL names.
fn named(relation: &Described, words: &BTreeSet<String>) -> String {
    let names = relation.columns.fields().iter().map(|field| field.name().as_str());
    names.filter(|name| words.contains(*name)).collect::<Vec<_>>().join(" ")
}

fn words(sql: &str) -> BTreeSet<String> {
    let words = sql.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}
