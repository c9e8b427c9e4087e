//! The relation `report_definitions`.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::Serialize;
use tidemark_engine::SystemTable;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::report::Language;
use tidemark_reports::saved::definition::Definition;

use super::definitions::Definitions;

/// The relation: a row a file, of which only name and problem are known where it holds no definition.
#[derive(Debug)]
pub(crate) struct DefinitionsTable(pub(crate) Arc<Definitions>);

impl SystemTable for DefinitionsTable {
    fn name(&self) -> &'static str {
        "report_definitions"
    }

    fn meaning(&self) -> &'static str {
        "Saved reports as they are defined, and what is wrong with a definition; report_runs says how their runs went."
    }

    fn schema(&self) -> SchemaRef {
        let perhaps = ["title", "owner", "source", "report", "schedule", "document", "problem"];
        let perhaps = perhaps.map(|name| Field::new(name, DataType::Utf8, true));
        let name = Field::new("name", DataType::Utf8, false);
        Arc::new(Schema::new(std::iter::once(name).chain(perhaps).collect::<Vec<_>>()))
    }

    fn rows(&self) -> Result<RecordBatch, ServiceError> {
        let entries = self.0.entries();
        let texts = |of: fn(&Definition) -> Option<String>| -> ArrayRef {
            Arc::new(entries.iter().map(|entry| entry.definition().and_then(of)).collect::<StringArray>())
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(entries.iter().map(|entry| &entry.name))),
            texts(|definition| definition.title.of(Language::English).map(str::to_owned)),
            texts(|definition| Some(definition.owner.clone())),
            texts(|definition| Some(definition.source.clone()).filter(|source| !source.is_empty())),
            texts(|definition| definition.report.clone()),
            texts(|definition| definition.schedule.as_ref().map(json)),
            texts(|definition| Some(json(definition))),
            Arc::new(entries.iter().map(|entry| entry.problem.as_deref()).collect::<StringArray>()),
        ];
        RecordBatch::try_new(self.schema(), columns).map_err(|error| {
            ServiceError::new(ErrorCode::Internal, format!("could not list the definitions of reports: {error}"))
        })
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray};

    use super::*;
    use crate::saved::definitions::tests::folder;

    #[test]
    fn a_file_that_holds_no_definition_is_a_row_with_its_name_and_problem() {
        let folder = folder();
        let table = DefinitionsTable(Arc::new(Definitions::of(Some(folder.path()))));
        let rows = table.rows().unwrap();
        let text = |name: &str, row: usize| {
            let column = rows.column_by_name(name).unwrap().as_string::<i32>();
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        let of_row = |row| ["name", "title", "owner", "source"].map(|name| text(name, row));
        assert_eq!(rows.num_rows(), 3);
        assert_eq!(of_row(0), [Some("broken".to_owned()), None, None, None]);
        assert_eq!((text("document", 0), text("problem", 0).is_some()), (None, true));
        assert_eq!(of_row(1), ["good", "Cities", "ann", "invoices"].map(|word| Some(word.to_owned())));
        let document: serde_json::Value = serde_json::from_str(&text("document", 1).unwrap()).unwrap();
        assert_eq!((document["source"].as_str(), text("problem", 1)), (Some("invoices"), None));
        assert_eq!(rows.schema().fields().last().unwrap().name(), "problem");
    }
}
