//! Functions of ids: what reads and writes `regclass` and its like, and what tells more of an object than its name.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int32Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::pg_type::ColumnType;

use crate::functions::as_given;
use crate::pg_catalog::objects::{Kind, Objects};

/// What a function does.
#[derive(Debug, Clone, Copy)]
enum Does {
    /// The id of a name; an error where there is none, or NULL.
    Read {
        kind: Kind,
        or_null: bool,
    },
    /// The name of an id.
    Write(Kind),
    FormatType,
    TypeOf,
    IsVisible,
    Definition,
    Arguments,
    Result,
    UserById,
    Privilege,
}

/// The functions by their names. What reads a type has the type's name, as in PostgreSQL.
const FUNCTIONS: [(&str, Does); 36] = {
    const fn read(kind: Kind) -> Does {
        Does::Read { kind, or_null: false }
    }
    const fn find(kind: Kind) -> Does {
        Does::Read { kind, or_null: true }
    }
    [
        ("regclass", read(Kind::Class)),
        ("regclass_name", Does::Write(Kind::Class)),
        ("to_regclass", find(Kind::Class)),
        ("regnamespace", read(Kind::Namespace)),
        ("regnamespace_name", Does::Write(Kind::Namespace)),
        ("to_regnamespace", find(Kind::Namespace)),
        ("regproc", read(Kind::Procedure)),
        ("regproc_name", Does::Write(Kind::Procedure)),
        ("to_regproc", find(Kind::Procedure)),
        ("regprocedure", read(Kind::Procedure)),
        ("regprocedure_name", Does::Write(Kind::Procedure)),
        ("to_regprocedure", find(Kind::Procedure)),
        ("regrole", read(Kind::Role)),
        ("regrole_name", Does::Write(Kind::Role)),
        ("to_regrole", find(Kind::Role)),
        ("regtype", read(Kind::Type)),
        ("regtype_name", Does::Write(Kind::Type)),
        ("to_regtype", find(Kind::Type)),
        ("format_type", Does::FormatType),
        ("pg_typeof", Does::TypeOf),
        ("pg_table_is_visible", Does::IsVisible),
        ("pg_get_viewdef", Does::Definition),
        ("pg_get_function_arguments", Does::Arguments),
        ("pg_get_function_identity_arguments", Does::Arguments),
        ("pg_get_function_result", Does::Result),
        ("pg_get_userbyid", Does::UserById),
        ("has_any_column_privilege", Does::Privilege),
        ("has_column_privilege", Does::Privilege),
        ("has_database_privilege", Does::Privilege),
        ("has_foreign_data_wrapper_privilege", Does::Privilege),
        ("has_function_privilege", Does::Privilege),
        ("has_schema_privilege", Does::Privilege),
        ("has_sequence_privilege", Does::Privilege),
        ("has_server_privilege", Does::Privilege),
        ("has_table_privilege", Does::Privilege),
        ("has_type_privilege", Does::Privilege),
    ]
};

/// What everybody may do: everything here is only read.
const PRIVILEGES: [&str; 4] = ["SELECT", "USAGE", "EXECUTE", "CONNECT"];

/// All of them.
pub(super) fn functions(objects: &Arc<Objects>) -> impl Iterator<Item = ScalarUDF> {
    FUNCTIONS.into_iter().map(|(name, does)| {
        let signature = Signature::variadic_any(Volatility::Stable);
        ScalarUDF::from(Reference { name, does, signature, objects: Arc::clone(objects) })
    })
}

#[derive(Debug)]
struct Reference {
    name: &'static str,
    does: Does,
    signature: Signature,
    objects: Arc<Objects>,
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Reference {}

impl Hash for Reference {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Reference {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.does {
            Does::Read { .. } => DataType::Int32,
            Does::IsVisible | Does::Privilege => DataType::Boolean,
            _ => DataType::Utf8,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [first, rest @ ..] = arrays.as_slice() else {
            return Err(DataFusionError::Plan(format!("{} takes an argument", self.name)));
        };
        as_given(&args.args, self.answer(first, rest)?)
    }
}

impl Reference {
    fn answer(&self, first: &ArrayRef, rest: &[ArrayRef]) -> Result<ArrayRef> {
        let objects = &self.objects;
        Ok(match self.does {
            Does::Read { kind, or_null } => self.read(first, kind, or_null)?,
            Does::Write(kind) => texts(first, |id| Some(objects.name(kind, id)))?,
            Does::FormatType => format_types(objects, first, rest)?,
            Does::TypeOf => {
                let name = ColumnType::of(first.data_type()).sql_name();
                Arc::new(StringArray::from_iter_values(std::iter::repeat_n(name, first.len())))
            }
            Does::IsVisible => {
                let ids = ids(first)?;
                let ids = ids.as_primitive::<Int32Type>().iter();
                Arc::new(ids.map(|id| id.and_then(|id| objects.is_visible(id))).collect::<BooleanArray>())
            }
            Does::Definition => {
                let ids = self.read(first, Kind::Class, true)?;
                texts(&ids, |id| objects.definition(id).map(str::to_owned))?
            }
            Does::Arguments => texts(first, |id| objects.arguments(id))?,
            Does::Result => texts(first, |id| objects.result(id))?,
            Does::UserById => texts(first, |id| {
                let name = objects.name(Kind::Role, id);
                let is_known = name.parse::<u32>().is_err();
                Some(if is_known { name } else { format!("unknown (OID={name})") })
            })?,
            Does::Privilege => {
                let wanted = cast(rest.last().unwrap_or(first), &DataType::Utf8)?;
                let may = |wanted: &str| {
                    wanted
                        .split(',')
                        .any(|one| PRIVILEGES.iter().any(|privilege| one.trim().eq_ignore_ascii_case(privilege)))
                };
                Arc::new(wanted.as_string::<i32>().iter().map(|wanted| wanted.map(may)).collect::<BooleanArray>())
            }
        })
    }

    fn read(&self, values: &ArrayRef, kind: Kind, or_null: bool) -> Result<ArrayRef> {
        if values.data_type().is_integer() {
            return ids(values);
        }
        let texts = cast(values, &DataType::Utf8)?;
        let id = |text: Option<&str>| {
            let Some(text) = text else { return Ok(None) };
            match self.objects.id(kind, text) {
                None if !or_null => Err(missing(kind, text)),
                found => Ok(found),
            }
        };
        Ok(Arc::new(texts.as_string::<i32>().iter().map(id).collect::<Result<Int32Array>>()?))
    }
}

fn ids(values: &ArrayRef) -> Result<ArrayRef> {
    Ok(cast(values, &DataType::Int32)?)
}

fn texts(values: &ArrayRef, text: impl Fn(i32) -> Option<String>) -> Result<ArrayRef> {
    let ids = ids(values)?;
    let ids = ids.as_primitive::<Int32Type>().iter();
    Ok(Arc::new(ids.map(|id| id.and_then(&text)).collect::<StringArray>()))
}

fn format_types(objects: &Objects, types: &ArrayRef, rest: &[ArrayRef]) -> Result<ArrayRef> {
    let types = ids(types)?;
    let modifiers = rest.first().map(ids).transpose()?;
    let modifiers = modifiers.as_ref().map(|modifiers| modifiers.as_primitive::<Int32Type>());
    let name = |(row, id): (usize, Option<i32>)| {
        let modifier = modifiers.filter(|modifiers| modifiers.is_valid(row)).map_or(-1, |found| found.value(row));
        Some(objects.type_name(id?, modifier))
    };
    Ok(Arc::new(types.as_primitive::<Int32Type>().iter().enumerate().map(name).collect::<StringArray>()))
}

fn missing(kind: Kind, name: &str) -> DataFusionError {
    let (code, what) = match kind {
        Kind::Class => (ErrorCode::UnknownRelation, "relation"),
        Kind::Namespace => (ErrorCode::UnknownRelation, "schema"),
        Kind::Procedure => (ErrorCode::InvalidSql, "function"),
        Kind::Role => (ErrorCode::InvalidSql, "role"),
        Kind::Type => (ErrorCode::InvalidSql, "type"),
    };
    DataFusionError::External(Box::new(ServiceError::new(code, format!("there is no {what} \"{name}\""))))
}
