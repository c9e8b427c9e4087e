//! Rewrites expressions, the innermost first; each kind has its file.

use std::ops::ControlFlow;

use sqlparser::ast::{AccessExpr, Expr, Function, Ident, TableFactor, VisitorMut};

use super::make::{call, folded, last_part, take, text};
use super::{aliases, casts, decimals, intervals, lengths, literals, moments, patterns};
use super::{qualifiers, references, similar, timestamps, types};

/// See the module.
#[derive(Debug)]
pub(super) struct Expressions;

impl VisitorMut for Expressions {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        qualifiers::strip_from(factor);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Some(rewritten) = rewritten(expression) {
            *expression = rewritten;
        }
        ControlFlow::Continue(())
    }
}

fn rewritten(expression: &mut Expr) -> Option<Expr> {
    if let Some(plain) = qualifiers::rewritten(expression) {
        return Some(plain);
    }
    literals::rewrite(expression);
    lengths::rewrite(expression);
    match expression {
        Expr::AtTimeZone { timestamp, time_zone } => Some(call("timezone", vec![take(time_zone), take(timestamp)])),
        Expr::Like { .. } | Expr::ILike { .. } => patterns::rewritten(expression),
        Expr::SimilarTo { .. } => similar::rewritten(expression),
        Expr::BinaryOp { .. } => {
            decimals::write_beside(expression);
            intervals::rewritten(expression).or_else(|| aliases::operator(expression))
        }
        Expr::UnaryOp { .. } | Expr::Substring { .. } => aliases::operator(expression),
        Expr::Cast { .. } => {
            let written = decimals::written(expression).or_else(|| references::rewritten(expression));
            written.or_else(|| casts::rewritten(expression))
        }
        Expr::Extract { field, expr, .. } => {
            Some(call("pg_extract", vec![text(field.to_string().to_lowercase().trim_matches('\'')), take(expr)]))
        }
        Expr::Function(call) => function(call),
        Expr::CompoundFieldAccess { root, access_chain } => fields(root, access_chain),
        Expr::Value(value) => casts::long_number(&value.value),
        Expr::TypedString(typed) => {
            types::understand(&mut typed.data_type);
            timestamps::complete(&typed.data_type, &mut typed.value.value);
            moments::rewrite(&typed.data_type, &mut typed.value.value);
            moments::word(&typed.data_type, &typed.value.value)
        }
        Expr::Identifier(ident) if ident.quote_style.is_none() => qualifiers::session_word(ident),
        _ => None,
    }
}

fn function(function: &mut Function) -> Option<Expr> {
    match last_part(&function.name)?.as_str() {
        "localtimestamp" => return Some(call("clock_time", vec![call("now", Vec::new())])),
        "date_part" => function.name = vec![Ident::new("pg_extract")].into(),
        "date_trunc" => function.name = vec![Ident::new("pg_date_trunc")].into(),
        _ => return aliases::function(function).or_else(|| casts::called(function)),
    }
    None
}

/// `relation.column[...]` with the column whole, as the planner looks for it, and `(expression).field` with the field
/// as the text that the planner wants.
fn fields(root: &mut Expr, chain: &mut Vec<AccessExpr>) -> Option<Expr> {
    if let Expr::Identifier(relation) = root {
        let mut parts = vec![relation.clone()];
        let is_name = |access: &AccessExpr| matches!(access, AccessExpr::Dot(Expr::Identifier(_)));
        let num_names = chain.iter().take_while(|access| is_name(access)).count();
        parts.extend(chain.drain(..num_names).filter_map(|access| match access {
            AccessExpr::Dot(Expr::Identifier(name)) => Some(name),
            _ => None,
        }));
        if parts.len() > 1 {
            *root = Expr::CompoundIdentifier(parts);
        }
    }
    for access in chain.iter_mut() {
        if let AccessExpr::Dot(field) = access
            && let Expr::Identifier(name) = field
        {
            *field = text(folded(name));
        }
    }
    chain.is_empty().then(|| take(root))
}
