//! Rewrites expressions, the innermost first; each kind has its file.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, VisitorMut};

use super::make::{call, folded, take};
use super::{casts, intervals, patterns, similar, timestamps, types};

/// See the module.
#[derive(Debug)]
pub(super) struct Expressions;

impl VisitorMut for Expressions {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Some(rewritten) = rewritten(expression) {
            *expression = rewritten;
        }
        ControlFlow::Continue(())
    }
}

fn rewritten(expression: &mut Expr) -> Option<Expr> {
    match expression {
        Expr::AtTimeZone { timestamp, time_zone } => Some(call("timezone", vec![take(time_zone), take(timestamp)])),
        Expr::Like { .. } | Expr::ILike { .. } => patterns::rewritten(expression),
        Expr::SimilarTo { .. } => similar::rewritten(expression),
        Expr::BinaryOp { .. } => intervals::rewritten(expression),
        Expr::Cast { .. } => casts::rewritten(expression),
        Expr::TypedString(typed) => {
            types::understand(&mut typed.data_type);
            timestamps::complete(&typed.data_type, &mut typed.value.value);
            None
        }
        Expr::Identifier(ident) if ident.quote_style.is_none() => session_word(&folded(ident)),
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("localtimestamp") => {
            Some(call("to_local_time", vec![call("now", Vec::new())]))
        }
        _ => None,
    }
}

/// Words that PostgreSQL reserves, so that no column has them as its name (documentation, 9.27).
fn session_word(word: &str) -> Option<Expr> {
    match word {
        "current_schema" => Some(call("current_schema", Vec::new())),
        "current_role" => Some(call("current_user", Vec::new())),
        _ => None,
    }
}
