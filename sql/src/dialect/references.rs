//! Types that stand for objects of the catalogs: `'cities'::regclass`, `atttypid::regtype::text`.
//!
//! Such a value is the object's id, a number, and is written as its name. So the cast is a call that finds the id, and
//! a cast of that to text, or a place in the answer itself, is a call that finds the name.

use sqlparser::ast::{CastKind, DataType, Expr, Select, SelectItem, SetExpr, Statement};

use super::make::{self, call, last_part, take};

/// The types, each with the function that reads it; what writes it has `_name` after its name.
const REFERENCES: [&str; 6] = ["regclass", "regnamespace", "regproc", "regprocedure", "regrole", "regtype"];

/// Columns of `pg_type` that refer to functions.
const PROCEDURES: [&str; 8] =
    ["typanalyze", "typinput", "typmodin", "typmodout", "typoutput", "typreceive", "typsend", "typsubscript"];

/// The cast as a call, or nothing where it is another.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    let Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type, .. } = expression else {
        return None;
    };
    if let Some(reference) = reference(data_type) {
        return Some(call(reference, vec![take(expr)]));
    }
    let read = is_text(data_type).then(|| reader(expr).or_else(|| procedure(expr))).flatten()?;
    Some(call(&format!("{read}_name"), vec![take(expr)]))
}

/// Has references in the answer written as names.
pub(super) fn show(statement: &mut Statement) {
    match statement {
        Statement::Query(query) => show_body(&mut query.body),
        Statement::Explain { statement, .. } => show(statement),
        _ => {}
    }
}

fn show_body(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => show_items(select),
        SetExpr::SetOperation { left, right, .. } => {
            show_body(left);
            show_body(right);
        }
        _ => {}
    }
}

fn show_items(select: &mut Select) {
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item
            && is_reference(expr)
        {
            *expr = make::cast(take(expr), DataType::Text);
        }
    }
}

fn is_reference(expression: &Expr) -> bool {
    match expression {
        Expr::Cast { data_type, .. } => reference(data_type).is_some(),
        Expr::Function(_) => reader(expression).is_some(),
        other => procedure(other).is_some(),
    }
}

fn reference(data_type: &DataType) -> Option<&'static str> {
    let name = match data_type {
        DataType::Regclass => "regclass".to_owned(),
        DataType::Custom(name, modifiers) if modifiers.is_empty() => last_part(name)?,
        _ => return None,
    };
    REFERENCES.into_iter().find(|reference| *reference == name)
}

/// The function that reads a reference, if the expression is a call of one.
fn reader(expression: &Expr) -> Option<&'static str> {
    match expression {
        Expr::Nested(inner) => reader(inner),
        Expr::Function(function) => {
            let name = last_part(&function.name)?;
            let name = name.strip_prefix("to_").unwrap_or(&name);
            REFERENCES.into_iter().find(|reference| *reference == name)
        }
        _ => None,
    }
}

/// The type of a column of the catalogs that refers to a function.
fn procedure(expression: &Expr) -> Option<&'static str> {
    let name = match expression {
        Expr::Identifier(name) => name,
        Expr::CompoundIdentifier(parts) => parts.last()?,
        _ => return None,
    };
    PROCEDURES.contains(&make::folded(name).as_str()).then_some("regproc")
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Text | DataType::Varchar(_) | DataType::CharacterVarying(_) => true,
        DataType::Custom(name, _) => last_part(name).is_some_and(|name| ["text", "varchar", "name"].contains(&&*name)),
        _ => false,
    }
}
