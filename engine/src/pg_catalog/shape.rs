//! The relations and columns that the catalogs tell of, as small tables that `relations/*.sql` turns into PostgreSQL's.
//!
//! Ids are the same in every process as long as the relations are: clients keep them, and some store them.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int16Array, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use datafusion::catalog::{MemTable, MemorySchemaProvider, SchemaProvider};
use datafusion::common::Result;
use datafusion::datasource::TableType;
use datafusion_pg_catalog::pg_catalog::oid_field::{OID_ALIAS_KEY, kind, oid_field};
use tidemark_model::pg_type::ColumnType;

use super::{INFORMATION_SCHEMA, PG_CATALOG};
use crate::catalog::SCHEMA;

/// Schemas with their ids; the id of `information_schema` is another in each PostgreSQL.
pub(super) const NAMESPACES: [(&str, i32); 3] = [(PG_CATALOG, 11), (SCHEMA, 2200), (INFORMATION_SCHEMA, 13_000)];

/// Relations whose ids clients know. Source: PostgreSQL 16, `CATALOG(...)` in `src/include/catalog/*.h`.
const WELL_KNOWN: [(&str, i32); 20] = [
    ("pg_am", 2601),
    ("pg_attrdef", 2604),
    ("pg_attribute", 1249),
    ("pg_authid", 1260),
    ("pg_cast", 2605),
    ("pg_class", 1259),
    ("pg_collation", 3456),
    ("pg_constraint", 2606),
    ("pg_database", 1262),
    ("pg_description", 2609),
    ("pg_extension", 3079),
    ("pg_index", 2610),
    ("pg_language", 2612),
    ("pg_namespace", 2615),
    ("pg_operator", 2617),
    ("pg_proc", 1255),
    ("pg_rewrite", 2618),
    ("pg_tablespace", 1213),
    ("pg_trigger", 2620),
    ("pg_type", 1247),
];

/// Where the ids of the other relations begin: of the catalogs' own, and of those of `public`.
const FIRST_OF_CATALOGS: i32 = 13_100;
const FIRST_OF_PUBLIC: i32 = 16_384;

/// Columns that PostgreSQL has in every table and lists nowhere.
const SYSTEM_COLUMNS: [&str; 2] = ["tableoid", "xmin"];

/// One relation.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) oid: i32,
    pub(super) schema: &'static str,
    pub(super) name: String,
    pub(super) is_view: bool,
    pub(super) definition: Option<String>,
    columns: SchemaRef,
}

/// All relations, in order of schemas and names.
pub(super) async fn relations(schemas: &[(&'static str, &dyn SchemaProvider)]) -> Result<Vec<Relation>> {
    let mut relations = Vec::new();
    let (mut of_catalogs, mut of_public) = (FIRST_OF_CATALOGS.., FIRST_OF_PUBLIC..);
    for (schema, provider) in schemas {
        let mut names = provider.table_names();
        names.sort();
        for name in names {
            let Some(table) = provider.table(&name).await? else { continue };
            let well_known = WELL_KNOWN.iter().find(|(known, _)| *known == name).map(|(_, oid)| *oid);
            let next = if *schema == SCHEMA { of_public.next() } else { of_catalogs.next() };
            relations.push(Relation {
                oid: well_known.filter(|_| *schema == PG_CATALOG).or(next).unwrap_or_default(),
                schema,
                // In PostgreSQL all of the information schema is views.
                is_view: match *schema {
                    PG_CATALOG => false,
                    INFORMATION_SCHEMA => true,
                    _ => table.table_type() == TableType::View,
                },
                definition: table.get_table_definition().map(str::to_owned),
                columns: table.schema(),
                name,
            });
        }
    }
    Ok(relations)
}

/// The schema `shape` with the tables `namespaces`, `relations` and `columns`.
pub(super) fn provider(relations: &[Relation]) -> Result<Arc<dyn SchemaProvider>> {
    let shape = MemorySchemaProvider::new();
    for (name, table) in [
        ("namespaces", namespaces()?),
        ("relations", relations_table(relations)?),
        ("columns", columns_table(relations)?),
    ] {
        let rows = MemTable::try_new(table.schema(), vec![vec![table]])?;
        shape.register_table(name.to_owned(), Arc::new(rows))?;
    }
    Ok(Arc::new(shape))
}

fn namespaces() -> Result<RecordBatch> {
    table(
        vec![oid_field("oid", kind::OID, false), Field::new("nspname", DataType::Utf8, false)],
        vec![
            Arc::new(Int32Array::from_iter_values(NAMESPACES.iter().map(|(_, oid)| *oid))),
            Arc::new(StringArray::from_iter_values(NAMESPACES.iter().map(|(name, _)| *name))),
        ],
    )
}

fn relations_table(relations: &[Relation]) -> Result<RecordBatch> {
    let namespace = |schema: &str| NAMESPACES.iter().find(|(name, _)| *name == schema).map_or(0, |(_, oid)| *oid);
    let all = || relations.iter();
    table(
        vec![
            oid_field("oid", kind::OID, false),
            Field::new("relname", DataType::Utf8, false),
            oid_field("relnamespace", kind::OID, false),
            Field::new("relkind", DataType::Utf8, false),
            Field::new("relnatts", DataType::Int16, false),
            Field::new("definition", DataType::Utf8, true),
        ],
        vec![
            Arc::new(Int32Array::from_iter_values(all().map(|relation| relation.oid))),
            Arc::new(StringArray::from_iter_values(all().map(|relation| &relation.name))),
            Arc::new(Int32Array::from_iter_values(all().map(|relation| namespace(relation.schema)))),
            Arc::new(StringArray::from_iter_values(all().map(|relation| if relation.is_view { "v" } else { "r" }))),
            Arc::new(Int16Array::from_iter_values(all().map(|relation| relation.columns().count() as i16))),
            Arc::new(all().map(|relation| relation.definition.as_deref()).collect::<StringArray>()),
        ],
    )
}

impl Relation {
    fn columns(&self) -> impl Iterator<Item = &Field> {
        self.columns.fields().iter().map(AsRef::as_ref).filter(|field| !SYSTEM_COLUMNS.contains(&field.name().as_str()))
    }
}

fn columns_table(relations: &[Relation]) -> Result<RecordBatch> {
    let numbered = |relation: &Relation| (1..).zip(relation.columns().cloned()).collect::<Vec<(i16, Field)>>();
    let all: Vec<(i32, i16, Field)> = relations
        .iter()
        .flat_map(|relation| numbered(relation).into_iter().map(|(number, field)| (relation.oid, number, field)))
        .collect();
    let types: Vec<(i32, ColumnType)> = all.iter().map(|(_, _, field)| column_type(field)).collect();
    table(
        vec![
            oid_field("attrelid", kind::OID, false),
            Field::new("attnum", DataType::Int16, false),
            Field::new("attname", DataType::Utf8, false),
            Field::new("attnotnull", DataType::Boolean, false),
            oid_field("atttypid", kind::OID, false),
            Field::new("atttypmod", DataType::Int32, false),
            Field::new("attlen", DataType::Int16, false),
            Field::new("attndims", DataType::Int16, false),
        ],
        vec![
            Arc::new(Int32Array::from_iter_values(all.iter().map(|(relation, ..)| *relation))),
            Arc::new(Int16Array::from_iter_values(all.iter().map(|(_, number, _)| *number))),
            Arc::new(StringArray::from_iter_values(all.iter().map(|(_, _, field)| field.name()))),
            Arc::new(all.iter().map(|(_, _, field)| Some(!field.is_nullable())).collect::<BooleanArray>()),
            Arc::new(Int32Array::from_iter_values(types.iter().map(|(oid, _)| *oid))),
            Arc::new(Int32Array::from_iter_values(types.iter().map(|(_, column)| column.modifier))),
            Arc::new(Int16Array::from_iter_values(types.iter().map(|(_, column)| column.size()))),
            Arc::new(Int16Array::from_iter_values(types.iter().map(|(_, column)| i16::from(column.is_array)))),
        ],
    )
}

/// The id of a column's type; ids of objects, which are numbers here, have types of their own.
fn column_type(field: &Field) -> (i32, ColumnType) {
    const OID: i32 = 26;
    const REGPROC: i32 = 24;
    let column = ColumnType::of(field.data_type());
    match (field.data_type(), field.metadata().get(OID_ALIAS_KEY).map(String::as_str)) {
        (DataType::Int32, Some(kind::REGPROC)) => (REGPROC, column),
        (DataType::Int32, Some(_)) => (OID, column),
        _ => (column.oid().cast_signed(), column),
    }
}

fn table(fields: Vec<Field>, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    Ok(RecordBatch::try_new(Arc::new(Schema::new(Fields::from(fields))), columns)?)
}
