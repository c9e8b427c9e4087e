//! `tidemark table`: the tables of a lake, their columns and commits.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array};
use tidemark_lake::Store;
use tidemark_lake::log::{commit_facts, read_entry};
use tidemark_lake::table::TableSpec;
use tidemark_model::schema::COMMENT;
use tidemark_sql::{Library, View};

use super::Asker;
use crate::cli::TableCommand;
use crate::output;
use crate::progress::waiting;
use crate::service::open_tables;

/// Answers from the relations `tables` and `information_schema`, or from the log.
pub(crate) async fn run(command: TableCommand) -> Result<()> {
    let (source, output, query) = match command {
        TableCommand::Ls { source, output } => (source, output, "SELECT * FROM tables ORDER BY table_name".to_owned()),
        TableCommand::Describe { table, output } => {
            let rows = describe(&table)?;
            return output::write(&output, &rows.schema(), &[rows]);
        }
        TableCommand::History { table, limit, place, output } => {
            let rows = waiting("the log is read", history(&place.dir, &table, limit)).await?;
            return output::write(&output, &rows.schema(), &[rows]);
        }
    };
    let (schema, rows) = Asker::open(&source).await?.ask(&query).await?;
    output::write(&output, &schema, &rows)
}

/// A table's or view's columns and what they mean, as this release has them.
fn describe(name: &str) -> Result<RecordBatch> {
    let (specs, library) = (TableSpec::all(), Library::open(None)?);
    if let Some(view) = library.view(name) {
        return describe_view(view);
    }
    let views = library.views.iter().map(|view| view.name.as_str());
    let names: Vec<&str> = specs.iter().map(|spec| spec.name).chain(views).collect();
    let spec = specs.iter().find(|spec| spec.name == name);
    let spec = spec.with_context(|| format!("there is no table \"{name}\": there are {}", names.join(", ")))?;
    let fields = spec.schema.fields();
    let types: StringArray = fields.iter().map(|field| Some(field.data_type().to_string())).collect();
    let nullable: StringArray =
        fields.iter().map(|field| Some(if field.is_nullable() { "yes" } else { "no" })).collect();
    let meaning: StringArray = fields.iter().map(|field| field.metadata().get(COMMENT)).collect();
    Ok(RecordBatch::try_from_iter([
        ("column", Arc::new(fields.iter().map(|field| Some(field.name())).collect::<StringArray>()) as ArrayRef),
        ("type", Arc::new(types)),
        ("nullable", Arc::new(nullable)),
        ("meaning", Arc::new(meaning)),
    ])?)
}

fn describe_view(view: &View) -> Result<RecordBatch> {
    let column = |of: fn(&(String, String)) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(view.columns.iter().map(of)))
    };
    Ok(RecordBatch::try_from_iter([("column", column(|(name, _)| name)), ("meaning", column(|(_, meaning)| meaning))])?)
}

/// The query for a relation's columns.
pub(crate) fn columns_of(table: &str) -> String {
    format!(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name = '{}' ORDER BY ordinal_position",
        table.replace('\'', "''")
    )
}

async fn history(dir: &str, name: &str, limit: u64) -> Result<RecordBatch> {
    let store = Store::open(dir, &HashMap::new())?;
    let tables = open_tables(&store).await?;
    let table = tables.iter().find(|table| table.spec().name == name);
    let table = table.with_context(|| format!("there is no table \"{name}\" in \"{dir}\""))?;
    let newest = table.view().state.version;
    let mut facts = Vec::new();
    for version in (newest.saturating_sub(limit.saturating_sub(1))..=newest).rev() {
        if let Some(entry) = read_entry(table.store().as_ref(), name, version).await? {
            facts.push((version, commit_facts(&entry)));
        }
    }
    let number = |pick: &dyn Fn(&tidemark_lake::log::CommitFacts) -> u64| -> ArrayRef {
        Arc::new(facts.iter().map(|(_, fact)| pick(fact)).collect::<UInt64Array>())
    };
    let operations: StringArray = facts.iter().map(|(_, fact)| fact.operation.as_deref()).collect();
    let times: TimestampMillisecondArray = facts.iter().map(|(_, fact)| fact.timestamp_ms).collect();
    Ok(RecordBatch::try_from_iter([
        ("version", Arc::new(facts.iter().map(|(version, _)| *version).collect::<UInt64Array>()) as ArrayRef),
        ("committed_at", Arc::new(times.with_timezone("UTC"))),
        ("operation", Arc::new(operations)),
        ("files_added", number(&|fact| fact.files_added)),
        ("files_removed", number(&|fact| fact.files_removed)),
        ("rows_added", number(&|fact| fact.rows_added)),
        ("offsets_skipped", number(&|fact| fact.offsets_skipped)),
    ])?)
}
