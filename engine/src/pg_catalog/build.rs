//! Makes the relations of the catalogs, in an order in which each finds what it reads.
//!
//! It goes twice: what the catalogs say of themselves is known once they are there.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{AsArray, Int32Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{MemTable, MemorySchemaProvider, SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, Result, ToDFSchema};
use datafusion::datasource::ViewTable;
use datafusion::execution::TaskContext;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{EmptyRelation, LogicalPlan};
use datafusion::physical_plan::collect;
use datafusion_pg_catalog::pg_catalog::oid_field::{OID_ALIAS_KEY, kind};

use super::layers::Over;
use super::objects::Objects;
use super::procedures::Procedures;
use super::{INFORMATION_SCHEMA, PG_CATALOG, empty, functions, shape};
use crate::catalog::{self, CATALOG, SCHEMA};

type Schemas = (Arc<dyn SchemaProvider>, Arc<dyn SchemaProvider>);

/// PostgreSQL's types, which the crate has with names of functions for their ids.
const TYPES: &str = "pg_type";

/// Schema, name, and the query whose rows they are.
const RELATIONS: [(&str, &str, &str); 16] = [
    (PG_CATALOG, "pg_namespace", include_str!("relations/pg_namespace.sql")),
    (PG_CATALOG, "pg_class", include_str!("relations/pg_class.sql")),
    (PG_CATALOG, "pg_attribute", include_str!("relations/pg_attribute.sql")),
    (PG_CATALOG, "pg_database", include_str!("relations/pg_database.sql")),
    (PG_CATALOG, "pg_tables", include_str!("relations/pg_tables.sql")),
    (PG_CATALOG, "pg_views", include_str!("relations/pg_views.sql")),
    (PG_CATALOG, "pg_stat_user_tables", include_str!("relations/pg_stat_user_tables.sql")),
    (PG_CATALOG, "pg_statio_user_tables", include_str!("relations/pg_statio_user_tables.sql")),
    (PG_CATALOG, "pg_stat_database", include_str!("relations/pg_stat_database.sql")),
    (INFORMATION_SCHEMA, "tables", include_str!("relations/tables.sql")),
    (INFORMATION_SCHEMA, "views", include_str!("relations/views.sql")),
    (INFORMATION_SCHEMA, "columns", include_str!("relations/columns.sql")),
    (INFORMATION_SCHEMA, "schemata", include_str!("relations/schemata.sql")),
    (INFORMATION_SCHEMA, "information_schema_catalog_name", "SELECT 'tidemark' AS catalog_name"),
    (INFORMATION_SCHEMA, "enabled_roles", "SELECT pg_get_userbyid(10) AS role_name"),
    (
        INFORMATION_SCHEMA,
        "character_sets",
        "SELECT CAST(NULL AS VARCHAR) AS character_set_catalog, CAST(NULL AS VARCHAR) AS character_set_schema, \
         'UTF8' AS character_set_name, 'UCS' AS character_repertoire, 'UTF8' AS form_of_use, \
         'tidemark' AS default_collate_catalog, 'pg_catalog' AS default_collate_schema, 'C' AS default_collate_name",
    ),
];

/// `pg_catalog` and `information_schema`; the state gets the functions over them.
pub(super) async fn build(state: &mut SessionState, theirs: Arc<dyn SchemaProvider>) -> Result<Schemas> {
    let public = state.catalog_list().catalog(CATALOG).and_then(|catalog| catalog.schema(SCHEMA));
    let public = public.ok_or_else(|| DataFusionError::Internal("the schema public is missing".to_owned()))?;
    let first = pass(state, &public, &theirs, None).await?;
    pass(state, &public, &theirs, Some(first)).await
}

async fn pass(
    state: &mut SessionState,
    public: &Arc<dyn SchemaProvider>,
    theirs: &Arc<dyn SchemaProvider>,
    known: Option<Schemas>,
) -> Result<Schemas> {
    let nothing = || Arc::new(MemorySchemaProvider::new()) as Arc<dyn SchemaProvider>;
    let (pg_catalog, information_schema) =
        known.unwrap_or_else(|| (Arc::new(Over { upper: nothing(), lower: Arc::clone(theirs) }), nothing()));
    let schemas: [(_, &dyn SchemaProvider); 3] = [
        (PG_CATALOG, pg_catalog.as_ref()),
        (INFORMATION_SCHEMA, information_schema.as_ref()),
        (SCHEMA, public.as_ref()),
    ];
    let relations = shape::relations(&schemas).await?;

    let (upper, information_schema) = (nothing(), nothing());
    let pg_catalog: Arc<dyn SchemaProvider> = Arc::new(Over { upper: Arc::clone(&upper), lower: Arc::clone(theirs) });
    let others = [
        (PG_CATALOG, Arc::clone(&pg_catalog)),
        (INFORMATION_SCHEMA, Arc::clone(&information_schema)),
        ("shape", shape::provider(&relations)?),
    ];
    state.register_catalog_list(catalog::list(Arc::clone(public), others)?);
    let into = |schema: &str| if schema == PG_CATALOG { &upper } else { &information_schema };
    for (schema, name, columns) in empty::RELATIONS {
        into(schema).register_table(name.to_owned(), without_rows(Arc::new(columns_of(columns)?))?)?;
    }
    let is_made = |name: &str| name == TYPES || RELATIONS.iter().any(|(_, made, _)| *made == name);
    for relation in relations.iter().filter(|relation| relation.schema == PG_CATALOG) {
        let name = &relation.name;
        if theirs.table_exist(name) && !upper.table_exist(name) && !is_made(name) {
            let sql = format!("SELECT *, {} AS tableoid FROM pg_catalog.{name}", relation.oid);
            upper.register_table(name.clone(), table(rows(state, &sql).await?)?)?;
        }
    }
    let procedures = Procedures::of(&rows(state, Procedures::QUERY).await?)?;
    let types = rows(state, "SELECT *, 1247 AS tableoid FROM pg_catalog.pg_type").await?;
    upper.register_table(TYPES.to_owned(), table(with_ids(&types, &procedures)?)?)?;
    let objects = Objects::new(&relations, &rows(state, Objects::QUERY).await?, procedures)?;
    functions::register(state, &Arc::new(objects))?;
    for (schema, name, sql) in RELATIONS {
        into(schema).register_table(name.to_owned(), table(rows(state, sql).await?)?)?;
    }
    Ok((pg_catalog, information_schema))
}

/// Columns from `name type, name type`.
fn columns_of(text: &str) -> Result<Schema> {
    let column = |text: &str| {
        let (name, kind_name) = text.trim().split_once(' ')?;
        let data_type = match kind_name.trim_end_matches("[]") {
            "bool" => DataType::Boolean,
            "bytea" => DataType::Binary,
            "float4" => DataType::Float32,
            "int2" => DataType::Int16,
            "int4" | "oid" => DataType::Int32,
            "int8" => DataType::Int64,
            "text" => DataType::Utf8,
            "timestamptz" => tidemark_model::schema::timestamp(),
            _ => return None,
        };
        if kind_name.ends_with("[]") {
            return Some(Field::new_list(name, Field::new_list_field(data_type, true), true));
        }
        let field = Field::new(name, data_type, true);
        let is_id = kind_name == "oid";
        Some(if is_id { field.with_metadata(alias(kind::OID)) } else { field })
    };
    let columns: Option<Vec<Field>> = text.split(',').map(column).collect();
    columns.map(Schema::new).ok_or_else(|| DataFusionError::Internal(format!("no columns: {text}")))
}

fn alias(name: &str) -> HashMap<String, String> {
    HashMap::from([(OID_ALIAS_KEY.to_owned(), name.to_owned())])
}

/// The crate has names of functions where PostgreSQL has their ids.
fn with_ids(types: &RecordBatch, procedures: &Procedures) -> Result<RecordBatch> {
    let schema = types.schema();
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (field, column) in schema.fields().iter().zip(types.columns()) {
        if field.data_type() == &DataType::Utf8
            && field.metadata().get(OID_ALIAS_KEY).is_some_and(|k| k == kind::REGPROC)
        {
            let ids = column.as_string::<i32>().iter().map(|name| name.map(|name| procedures.id(name).unwrap_or(0)));
            fields.push(field.as_ref().clone().with_data_type(DataType::Int32));
            columns.push(Arc::new(ids.collect::<Int32Array>()) as _);
        } else {
            fields.push(field.as_ref().clone());
            columns.push(Arc::clone(column));
        }
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

fn table(rows: RecordBatch) -> Result<Arc<dyn TableProvider>> {
    if rows.num_rows() == 0 {
        return without_rows(rows.schema());
    }
    Ok(Arc::new(MemTable::try_new(rows.schema(), vec![vec![rows]])?))
}

/// A relation that the planner knows to be empty, so that what it cannot do with its rows does not matter.
fn without_rows(schema: SchemaRef) -> Result<Arc<dyn TableProvider>> {
    let schema = Arc::new(schema.to_dfschema()?);
    let nothing = LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema });
    Ok(Arc::new(ViewTable::new(nothing, None)))
}

/// All rows of a query, as one batch. The catalogs are made whatever memory queries may have.
async fn rows(state: &SessionState, sql: &str) -> Result<RecordBatch> {
    let plan = state.create_logical_plan(sql).await.map_err(|error| error.context(sql.to_owned()))?;
    let plan = state.create_physical_plan(&plan).await?;
    let schema = plan.schema();
    let context = TaskContext::from(state).with_runtime(Arc::new(RuntimeEnv::default()));
    let batches = collect(plan, Arc::new(context)).await?;
    Ok(arrow::compute::concat_batches(&schema, &batches)?)
}
