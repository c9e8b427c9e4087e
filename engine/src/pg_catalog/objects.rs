//! Names of the catalogs' objects by their ids, and ids by names: what `regclass`, `regtype` and the like read and write.

use std::collections::HashMap;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use datafusion::common::Result;

use super::identifiers::{parts, quoted};
use super::procedures::Procedures;
use super::shape::{NAMESPACES, Relation};
use super::{INFORMATION_SCHEMA, PG_CATALOG};
use crate::catalog::SCHEMA;

/// Names of types in SQL that are others in `pg_type`. Source: PostgreSQL 16, `format_type_extended`.
const SQL_NAMES: [(&str, &str); 13] = [
    ("bit", "bit"),
    ("bool", "boolean"),
    ("bpchar", "character"),
    ("char", "\"char\""),
    ("float4", "real"),
    ("float8", "double precision"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("time", "time without time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("varchar", "character varying"),
];

/// Further words for types that are read and never written.
const SQL_WORDS: [(&str, &str); 6] = [
    ("char", "bpchar"),
    ("decimal", "numeric"),
    ("float", "float8"),
    ("int", "int4"),
    ("time with time zone", "timetz"),
    ("varbit", "varbit"),
];

/// The owner of everything.
pub(crate) const OWNER: (i32, &str) = (10, "tidemark");

/// What a reference refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Class,
    Namespace,
    Procedure,
    Role,
    Type,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Objects {
    classes: Vec<Class>,
    types: HashMap<i32, TypeName>,
    type_ids: HashMap<String, i32>,
    procedures: Procedures,
}

#[derive(Debug)]
struct Class {
    oid: i32,
    schema: &'static str,
    name: String,
    definition: Option<String>,
}

#[derive(Debug)]
struct TypeName {
    name: String,
    /// The id of the elements' type, of an array.
    element: Option<i32>,
}

impl Objects {
    pub(super) const QUERY: &str = "SELECT oid, typname, typelem, typlen FROM pg_catalog.pg_type ORDER BY oid";

    pub(super) fn new(relations: &[Relation], types: &RecordBatch, procedures: Procedures) -> Result<Self> {
        let class = |relation: &Relation| Class {
            oid: relation.oid,
            schema: relation.schema,
            name: relation.name.clone(),
            definition: relation.definition.clone(),
        };
        let mut objects = Self {
            classes: relations.iter().map(class).collect(),
            types: HashMap::new(),
            type_ids: HashMap::new(),
            procedures,
        };
        let ids = types.column(0).as_primitive::<Int32Type>();
        let elements = types.column(2).as_primitive::<Int32Type>();
        let lengths = types.column(3).as_primitive::<arrow::datatypes::Int16Type>();
        for (row, name) in types.column(1).as_string::<i32>().iter().flatten().enumerate() {
            let is_array = elements.value(row) != 0 && lengths.value(row) == -1;
            let element = is_array.then(|| elements.value(row));
            objects.types.insert(ids.value(row), TypeName { name: name.to_owned(), element });
            objects.type_ids.entry(name.to_owned()).or_insert(ids.value(row));
        }
        Ok(objects)
    }

    /// The id of what a text names, or is.
    pub(crate) fn id(&self, kind: Kind, text: &str) -> Option<i32> {
        let text = text.trim();
        if let Ok(id) = text.parse::<u32>() {
            return Some(id.cast_signed());
        }
        if text == "-" {
            return Some(0);
        }
        if kind == Kind::Type {
            return self.type_id(text);
        }
        let parts = parts(text.split('(').next().unwrap_or_default())?;
        let (schema, name) = match parts.as_slice() {
            [name] => (None, name.as_str()),
            [schema, name] => (Some(schema.as_str()), name.as_str()),
            _ => return None,
        };
        match kind {
            Kind::Class => self.class_id(schema, name),
            Kind::Namespace => NAMESPACES.iter().find(|(known, _)| *known == name).map(|(_, id)| *id),
            Kind::Procedure if schema.is_none_or(|schema| schema == PG_CATALOG) => self.procedures.id(name),
            Kind::Role => (name == OWNER.1).then_some(OWNER.0),
            Kind::Procedure | Kind::Type => None,
        }
    }

    fn class_id(&self, schema: Option<&str>, name: &str) -> Option<i32> {
        let within = |schema: &str| {
            self.classes.iter().find(|class| class.schema == schema && class.name == name).map(|class| class.oid)
        };
        match schema {
            Some(schema) => within(schema),
            None => within(PG_CATALOG).or_else(|| within(SCHEMA)),
        }
    }

    fn type_id(&self, text: &str) -> Option<i32> {
        let lower = text.to_lowercase();
        let (text, is_array) = match lower.strip_suffix("[]") {
            Some(element) => (element.trim_end(), true),
            None => (lower.as_str(), false),
        };
        let text = text.strip_prefix("pg_catalog.").unwrap_or(text);
        let text = text.split_once('(').map_or_else(
            || text.to_owned(),
            |(name, rest)| {
                let after = rest.split_once(')').map_or("", |(_, after)| after);
                format!("{}{after}", name.trim_end())
            },
        );
        let text = text.trim_matches('"');
        let word = SQL_NAMES.iter().find(|(_, sql)| *sql == text).map(|(name, _)| *name);
        let word = word.or_else(|| SQL_WORDS.iter().find(|(word, _)| *word == text).map(|(_, name)| *name));
        let id = *self.type_ids.get(word.unwrap_or(text))?;
        if !is_array {
            return Some(id);
        }
        self.types.iter().find(|(_, known)| known.element == Some(id)).map(|(array, _)| *array)
    }

    /// The name of what an id stands for, as PostgreSQL writes it; the id itself where it stands for nothing.
    pub(crate) fn name(&self, kind: Kind, id: i32) -> String {
        if id == 0 && kind != Kind::Role {
            return "-".to_owned();
        }
        let name = match kind {
            Kind::Class => self.class(id).map(|class| match class.schema {
                INFORMATION_SCHEMA => format!("{INFORMATION_SCHEMA}.{}", quoted(&class.name)),
                _ => quoted(&class.name),
            }),
            Kind::Namespace => NAMESPACES.iter().find(|(_, known)| *known == id).map(|(name, _)| (*name).to_owned()),
            Kind::Procedure => self.procedures.get(id).map(|procedure| procedure.name.clone()),
            Kind::Role => (id == OWNER.0).then(|| OWNER.1.to_owned()),
            Kind::Type => self.types.contains_key(&id).then(|| self.type_name(id, -1)),
        };
        name.unwrap_or_else(|| id.cast_unsigned().to_string())
    }

    /// A type as SQL writes it. Source: PostgreSQL 16, `format_type_extended`.
    pub(crate) fn type_name(&self, id: i32, modifier: i32) -> String {
        let Some(known) = self.types.get(&id) else { return if id == 0 { "-" } else { "???" }.to_owned() };
        if let Some(element) = known.element {
            return format!("{}[]", self.type_name(element, modifier));
        }
        let name = SQL_NAMES.iter().find(|(name, _)| *name == known.name).map_or(known.name.as_str(), |(_, sql)| sql);
        match known.name.as_str() {
            _ if modifier < 0 => name.to_owned(),
            "numeric" if modifier >= 4 => {
                let packed = modifier - 4;
                format!("numeric({},{})", packed >> 16, packed & 0x7ff)
            }
            "varchar" | "bpchar" if modifier >= 4 => format!("{name}({})", modifier - 4),
            "time" | "timestamp" | "timetz" | "timestamptz" => {
                let (word, rest) = name.split_once(' ').unwrap_or((name, ""));
                format!("{word}({modifier}) {rest}")
            }
            "bit" | "varbit" => format!("{name}({modifier})"),
            _ => name.to_owned(),
        }
    }

    fn class(&self, id: i32) -> Option<&Class> {
        self.classes.iter().find(|class| class.oid == id)
    }

    /// Whether a relation is found without its schema.
    pub(crate) fn is_visible(&self, id: i32) -> Option<bool> {
        self.class(id).map(|class| class.schema != INFORMATION_SCHEMA)
    }

    /// The query that a view is.
    pub(crate) fn definition(&self, id: i32) -> Option<&str> {
        self.class(id)?.definition.as_deref()
    }

    /// The arguments of a function as text.
    pub(crate) fn arguments(&self, id: i32) -> Option<String> {
        let procedure = self.procedures.get(id)?;
        let argument = |(at, kind): (usize, &i32)| {
            let name = procedure.argument_names.get(at).filter(|name| !name.is_empty());
            let kind = self.type_name(*kind, -1);
            name.map_or_else(|| kind.clone(), |name| format!("{} {kind}", quoted(name)))
        };
        Some(procedure.arguments.iter().enumerate().map(argument).collect::<Vec<_>>().join(", "))
    }

    /// The result of a function as text.
    pub(crate) fn result(&self, id: i32) -> Option<String> {
        let procedure = self.procedures.get(id)?;
        let result = self.type_name(procedure.result, -1);
        Some(if procedure.is_set { format!("SETOF {result}") } else { result })
    }
}
