//! What the catalogs tell of the session that asks: its settings, its role, its activity; and zones as of now.

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use chrono::{Offset, Utc};
use chrono_tz::{OffsetComponents, OffsetName, TZ_VARIANTS};
use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::Result;
use tidemark_model::error::{ErrorCode, ServiceError};

use super::objects::OWNER;
use crate::settings::Settings;
use crate::system::{SystemScan, SystemTable};

/// The id of the role that a session has.
const ROLE: i32 = 16;

/// The relations.
const NAMES: [&str; 7] =
    ["pg_authid", "pg_roles", "pg_settings", "pg_stat_activity", "pg_stat_ssl", "pg_timezone_names", "pg_user"];

/// Names of settings as PostgreSQL lists them, where they are not in lower case.
const LISTED_AS: [(&str, &str); 3] =
    [("datestyle", "DateStyle"), ("intervalstyle", "IntervalStyle"), ("timezone", "TimeZone")];

/// The relations as a schema.
#[derive(Debug)]
pub(super) struct SessionSchema {
    user: String,
    settings: Settings,
}

impl SessionSchema {
    pub(super) fn new(user: &str, settings: &Settings) -> Self {
        Self { user: user.to_owned(), settings: settings.clone() }
    }

    fn rows(&self, name: &str) -> Option<Columns> {
        Some(match name {
            "pg_authid" | "pg_roles" => self.roles(),
            "pg_user" => self.users(),
            "pg_settings" => self.settings(),
            "pg_stat_activity" => self.activity(),
            "pg_stat_ssl" => Columns::new(1).numbers("pid", [1]).booleans("ssl", false),
            "pg_timezone_names" => zones(),
            _ => return None,
        })
    }

    fn roles(&self) -> Columns {
        let is_owner = BooleanArray::from(vec![true, false]);
        Columns::new(2)
            .numbers("oid", [OWNER.0, ROLE])
            .texts("rolname", [OWNER.1, &self.user])
            .column("rolsuper", is_owner)
            .booleans("rolinherit", true)
            .booleans("rolcreaterole", false)
            .booleans("rolcreatedb", false)
            .column("rolcanlogin", BooleanArray::from(vec![false, true]))
            .booleans("rolreplication", false)
            .numbers("rolconnlimit", [-1; 2])
            .nulls("rolpassword", &DataType::Utf8)
            .nulls("rolvaliduntil", &tidemark_model::schema::timestamp())
            .booleans("rolbypassrls", false)
            .nulls("rolconfig", &DataType::new_list(DataType::Utf8, true))
            .numbers("tableoid", [1260; 2])
            .numbers("xmin", [0; 2])
    }

    fn users(&self) -> Columns {
        Columns::new(1)
            .texts("usename", [self.user.as_str()])
            .numbers("usesysid", [ROLE])
            .booleans("usecreatedb", false)
            .booleans("usesuper", false)
            .booleans("userepl", false)
            .booleans("usebypassrls", false)
            .nulls("passwd", &DataType::Utf8)
            .nulls("valuntil", &tidemark_model::schema::timestamp())
            .nulls("useconfig", &DataType::new_list(DataType::Utf8, true))
    }

    fn settings(&self) -> Columns {
        let all = self.settings.all();
        let listed = |name: &'_ String| {
            LISTED_AS
                .iter()
                .find(|(known, _)| known == name)
                .map_or_else(|| name.clone(), |(_, listed)| (*listed).to_owned())
        };
        let mut columns = Columns::new(all.len())
            .texts("name", all.keys().map(listed).collect::<Vec<_>>())
            .texts("setting", all.values());
        for name in ["unit", "category", "short_desc", "extra_desc"] {
            columns = columns.nulls(name, &DataType::Utf8);
        }
        columns
            .texts("context", all.keys().map(|_| "user"))
            .texts("vartype", all.keys().map(|_| "string"))
            .texts("source", all.keys().map(|_| "session"))
            .nulls("min_val", &DataType::Utf8)
            .nulls("max_val", &DataType::Utf8)
            .nulls("enumvals", &DataType::new_list(DataType::Utf8, true))
            .texts("boot_val", all.values())
            .texts("reset_val", all.values())
            .nulls("sourcefile", &DataType::Utf8)
            .nulls("sourceline", &DataType::Int32)
            .booleans("pending_restart", false)
    }

    fn activity(&self) -> Columns {
        let name = self.settings.get("application_name").unwrap_or_default();
        let mut columns = Columns::new(1)
            .numbers("datid", [5])
            .texts("datname", ["tidemark"])
            .numbers("pid", [1])
            .nulls("leader_pid", &DataType::Int32)
            .numbers("usesysid", [ROLE])
            .texts("usename", [self.user.as_str()])
            .texts("application_name", [name])
            .nulls("client_addr", &DataType::Utf8)
            .nulls("client_hostname", &DataType::Utf8)
            .nulls("client_port", &DataType::Int32);
        for name in ["backend_start", "xact_start", "query_start", "state_change"] {
            columns = columns.nulls(name, &tidemark_model::schema::timestamp());
        }
        columns
            .nulls("wait_event_type", &DataType::Utf8)
            .nulls("wait_event", &DataType::Utf8)
            .texts("state", ["active"])
            .nulls("backend_xid", &DataType::Int32)
            .nulls("backend_xmin", &DataType::Int32)
            .nulls("query_id", &DataType::Int64)
            .nulls("query", &DataType::Utf8)
            .texts("backend_type", ["client backend"])
    }
}

fn zones() -> Columns {
    let now = Utc::now();
    let offsets = || TZ_VARIANTS.iter().map(|zone| *now.with_timezone(zone).offset());
    let seconds: Int32Array = offsets().map(|offset| Some(offset.fix().local_minus_utc())).collect();
    let intervals = seconds.iter().map(|seconds| {
        let nanoseconds = i64::from(seconds.unwrap_or_default()) * 1_000_000_000;
        Some(arrow::datatypes::IntervalMonthDayNano::new(0, 0, nanoseconds))
    });
    let is_dst: BooleanArray = offsets().map(|offset| Some(!offset.dst_offset().is_zero())).collect();
    Columns::new(TZ_VARIANTS.len())
        .texts("name", TZ_VARIANTS.iter().map(|zone| zone.name()))
        .texts(
            "abbrev",
            offsets().map(|offset| offset.abbreviation().unwrap_or_default().to_owned()).collect::<Vec<_>>(),
        )
        .column("utc_offset", intervals.collect::<arrow::array::IntervalMonthDayNanoArray>())
        .column("is_dst", is_dst)
}

#[async_trait]
impl SchemaProvider for SessionSchema {
    fn table_names(&self) -> Vec<String> {
        NAMES.iter().map(|name| (*name).to_owned()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(columns) = self.rows(name) else { return Ok(None) };
        Ok(Some(Arc::new(SystemScan::new(Arc::new(columns)))))
    }

    fn table_exist(&self, name: &str) -> bool {
        NAMES.contains(&name)
    }
}

/// A relation's columns as they are put together.
#[derive(Debug)]
struct Columns {
    num_rows: usize,
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl Columns {
    fn new(num_rows: usize) -> Self {
        Self { num_rows, fields: Vec::new(), columns: Vec::new() }
    }

    fn column(mut self, name: &str, column: impl arrow::array::Array + 'static) -> Self {
        self.fields.push(Field::new(name, column.data_type().clone(), true));
        self.columns.push(Arc::new(column));
        self
    }

    fn texts<T: AsRef<str>>(self, name: &str, texts: impl IntoIterator<Item = T>) -> Self {
        self.column(name, StringArray::from_iter_values(texts))
    }

    fn numbers(self, name: &str, numbers: impl IntoIterator<Item = i32>) -> Self {
        self.column(name, Int32Array::from_iter_values(numbers))
    }

    fn booleans(self, name: &str, value: bool) -> Self {
        let values = BooleanArray::from(vec![value; self.num_rows]);
        self.column(name, values)
    }

    fn nulls(mut self, name: &str, data_type: &DataType) -> Self {
        self.fields.push(Field::new(name, data_type.clone(), true));
        self.columns.push(new_null_array(data_type, self.num_rows));
        self
    }
}

impl SystemTable for Columns {
    fn name(&self) -> &'static str {
        "a relation of the session"
    }

    fn meaning(&self) -> &'static str {
        "What PostgreSQL tells a session of itself."
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(self.fields.clone()))
    }

    fn rows(&self) -> std::result::Result<RecordBatch, ServiceError> {
        RecordBatch::try_new(self.schema(), self.columns.clone())
            .map_err(|error| ServiceError::new(ErrorCode::Internal, format!("could not tell of the session: {error}")))
    }
}
