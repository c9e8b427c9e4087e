//! PostgreSQL's functions by id and by name, with the ids of their types.

use std::collections::HashMap;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use datafusion::common::Result;

/// Functions by id and by name, with their types as text.
#[derive(Debug)]
pub(super) struct Procedures {
    ids: HashMap<String, i32>,
    all: HashMap<i32, Procedure>,
}

#[derive(Debug)]
pub(super) struct Procedure {
    pub(super) name: String,
    pub(super) arguments: Vec<i32>,
    pub(super) argument_names: Vec<String>,
    pub(super) result: i32,
    pub(super) is_set: bool,
}

impl Procedures {
    pub(super) const QUERY: &str =
        "SELECT oid, proname, proargtypes, proargnames, prorettype, proretset FROM pg_catalog.pg_proc ORDER BY oid";

    pub(super) fn of(rows: &RecordBatch) -> Result<Self> {
        let text = |column: usize| rows.column(column).as_string::<i32>();
        let (ids, results) = (rows.column(0).as_primitive::<Int32Type>(), rows.column(4).as_primitive::<Int32Type>());
        let mut procedures = Self { ids: HashMap::new(), all: HashMap::new() };
        for row in 0..rows.num_rows() {
            let names = text(3).iter().nth(row).flatten().unwrap_or_default();
            let procedure = Procedure {
                name: text(1).value(row).to_owned(),
                arguments: text(2).value(row).split_whitespace().filter_map(|id| id.parse().ok()).collect(),
                argument_names: tidemark_sql::dialect::array_elements(names)
                    .map(|names| names.into_iter().map(Option::unwrap_or_default).collect())
                    .unwrap_or_default(),
                result: results.value(row),
                is_set: rows.column(5).as_boolean().value(row),
            };
            procedures.ids.entry(procedure.name.clone()).or_insert(ids.value(row));
            procedures.all.insert(ids.value(row), procedure);
        }
        Ok(procedures)
    }

    /// The first function of a name.
    pub(super) fn id(&self, name: &str) -> Option<i32> {
        self.ids.get(name).copied()
    }

    /// The function of an id.
    pub(super) fn get(&self, id: i32) -> Option<&Procedure> {
        self.all.get(&id)
    }
}
