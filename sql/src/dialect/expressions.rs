//! Rewrites expressions, the innermost first; each kind has its file.

use std::ops::ControlFlow;

use sqlparser::ast::{AccessExpr, Expr, Ident, TableFactor, VisitorMut};

use super::make::{call, folded, last_part, take, text};
use super::{casts, intervals, lengths, literals, patterns, qualifiers, references, similar, timestamps, types};

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
        Expr::BinaryOp { .. } => intervals::rewritten(expression),
        Expr::Cast { .. } => references::rewritten(expression).or_else(|| casts::rewritten(expression)),
        Expr::Extract { field, expr, .. } => {
            Some(call("pg_extract", vec![text(field.to_string().to_lowercase().trim_matches('\'')), take(expr)]))
        }
        Expr::Function(function) => match last_part(&function.name)?.as_str() {
            "localtimestamp" => Some(call("to_local_time", vec![call("now", Vec::new())])),
            "date_part" => {
                function.name = vec![Ident::new("pg_extract")].into();
                None
            }
            _ => casts::called(function),
        },
        Expr::CompoundFieldAccess { access_chain, .. } => {
            name_fields(access_chain);
            None
        }
        Expr::Value(value) => casts::long_number(&value.value),
        Expr::TypedString(typed) => {
            types::understand(&mut typed.data_type);
            timestamps::complete(&typed.data_type, &mut typed.value.value);
            None
        }
        Expr::Identifier(ident) if ident.quote_style.is_none() => qualifiers::session_word(ident),
        _ => None,
    }
}

/// `(expression).field` with the field as the text that the planner wants.
fn name_fields(chain: &mut [AccessExpr]) {
    for access in chain {
        if let AccessExpr::Dot(field) = access
            && let Expr::Identifier(name) = field
        {
            *field = text(folded(name));
        }
    }
}
