//! Functions where rows are meant: in `FROM`, and those that make rows in a select list.
//!
//! In PostgreSQL any function may stand in `FROM`, as a relation of one column that has the relation's name.

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, SelectItem, SetExpr, TableAlias, TableAliasColumnDef,
    TableFactor,
};

use super::derived;
use crate::dialect::make::{self, call, last_part, text_of};

/// Functions that DataFusion has as relations.
const RELATIONS: [&str; 3] = ["generate_series", "pg_get_keywords", "range"];

/// A function in `FROM` as what DataFusion has for it, in place.
pub(super) fn rewrite_relation(factor: &mut TableFactor) {
    let TableFactor::Table { name, alias, args: Some(arguments), with_ordinality: false, .. } = factor else { return };
    let Some(function) = last_part(name) else { return };
    let reads_columns = arguments.args.iter().filter_map(argument).any(|argument| names_column(&argument));
    if function == "generate_series" && !reads_columns {
        step_of_time(&mut arguments.args);
        name_column(alias, &function);
        return;
    }
    if RELATIONS.contains(&function.as_str()) && function != "generate_series" {
        return;
    }
    if function == "pg_show_all_settings" {
        if let TableFactor::Table { name, args, .. } = factor {
            (*name, *args) = (vec![Ident::new("pg_settings")].into(), None);
        }
        return;
    }
    let arguments: Option<Vec<Expr>> = arguments.args.iter().map(argument).collect();
    let Some(arguments) = arguments else { return };
    name_column(alias, &function);
    let replaced = match array_of(&function, arguments.clone()) {
        Some(array) => Some(unnested(array, alias.take())),
        None => one_row(call(&function, arguments), alias.take()),
    };
    if let Some(replaced) = replaced {
        *factor = replaced;
    }
}

/// A function of rows in a select list as the elements of an array.
pub(super) fn rewrite_item(item: &mut SelectItem) {
    let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else { return };
    let Expr::Function(function) = expr else { return };
    let Some(name) = last_part(&function.name) else { return };
    let FunctionArguments::List(list) = &mut function.args else { return };
    if name == "generate_series" {
        step_of_time(&mut list.args);
    }
    let arguments: Option<Vec<Expr>> = list.args.iter().map(argument).collect();
    if name != "unnest"
        && let Some(array) = arguments.and_then(|arguments| array_of(&name, arguments))
    {
        *expr = call("unnest", vec![array]);
    }
}

/// The array whose elements a function of rows gives.
fn array_of(function: &str, mut arguments: Vec<Expr>) -> Option<Expr> {
    Some(match function {
        "unnest" if arguments.len() == 1 => arguments.remove(0),
        "generate_series" => call(function, arguments),
        "string_to_table" => call("string_to_array", arguments),
        "regexp_split_to_table" => call("regexp_split_to_array", arguments),
        "generate_subscripts" => {
            let length = call("array_length", arguments.into_iter().take(1).collect());
            call("generate_series", vec![make::number("1"), length])
        }
        _ => return None,
    })
}

fn argument(argument: &FunctionArg) -> Option<Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    }
}

/// Whether an expression reads a column; the arguments of DataFusion's relations are constants.
fn names_column(argument: &Expr) -> bool {
    make::finds(argument, &|part| matches!(part, Expr::CompoundIdentifier(_)))
}

/// The step of a series of times is an interval, even where it is written as a text.
fn step_of_time(arguments: &mut [FunctionArg]) {
    let [_, _, FunctionArg::Unnamed(FunctionArgExpr::Expr(step))] = arguments else { return };
    let written = match &*step {
        Expr::Cast { expr, .. } => text_of(expr),
        other => text_of(other),
    };
    let Some(written) = written.filter(|text| text.parse::<f64>().is_err()).map(str::to_owned) else { return };
    *step = make::interval(written);
}

/// Names the only column after the relation, where the statement does not name it.
fn name_column(alias: &mut Option<TableAlias>, function: &str) {
    let alias = alias.get_or_insert_with(|| TableAlias {
        explicit: true,
        name: Ident::new(function),
        columns: Vec::new(),
        at: None,
    });
    if alias.columns.is_empty() {
        alias.columns.push(TableAliasColumnDef { name: alias.name.clone(), data_type: None });
    }
}

fn unnested(array: Expr, alias: Option<TableAlias>) -> TableFactor {
    TableFactor::UNNEST {
        alias,
        array_exprs: vec![array],
        with_offset: false,
        with_offset_alias: None,
        with_ordinality: false,
    }
}

fn one_row(value: Expr, alias: Option<TableAlias>) -> Option<TableFactor> {
    let mut outer = make::query("SELECT * FROM (SELECT 1 AS \"value\") AS \"one\"")?;
    let subquery = derived(&mut outer)?;
    let SetExpr::Select(select) = subquery.body.as_mut() else { return None };
    if let Some(SelectItem::ExprWithAlias { expr, .. }) = select.projection.first_mut() {
        *expr = value;
    }
    let subquery = Box::new(subquery.clone());
    Some(TableFactor::Derived { lateral: false, subquery, alias, sample: None })
}
