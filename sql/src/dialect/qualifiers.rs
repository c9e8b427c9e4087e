//! What clients of the catalogs qualify or decorate and DataFusion has plain: functions of `pg_catalog`, `OPERATOR(...)`,
//! `COLLATE` of the only order that there is, and words that are functions.

use sqlparser::ast::{BinaryOperator, Expr, Ident, ObjectName, TableFactor};

use super::make::{call, folded, last_part, take};

const PG_CATALOG: &str = "pg_catalog";

/// Schemas that have functions.
const SCHEMAS: [&str; 2] = [PG_CATALOG, "information_schema"];

/// Collations that order by code points, as everything here does.
const COLLATIONS: [&str; 4] = ["default", "C", "POSIX", "ucs_basic"];

/// Takes the decoration off an expression in place, or gives what stands for it.
pub(super) fn rewritten(expression: &mut Expr) -> Option<Expr> {
    match expression {
        Expr::Function(function) => {
            strip(&mut function.name);
            let name = last_part(&function.name)?;
            match name.as_str() {
                "current_catalog" => Some(call("current_database", Vec::new())),
                // Within a statement they are the same; fractions are not cut off.
                "transaction_timestamp" | "statement_timestamp" | "current_timestamp" => Some(call("now", Vec::new())),
                _ => None,
            }
        }
        Expr::BinaryOp { op, .. } => {
            if let BinaryOperator::PGCustomBinaryOperator(parts) = op
                && let Some(plain) = operator(parts)
            {
                *op = plain;
            }
            None
        }
        Expr::Collate { expr, collation } => {
            let name = collation.0.last().and_then(|part| part.as_ident())?;
            COLLATIONS.contains(&name.value.as_str()).then(|| take(expr))
        }
        _ => None,
    }
}

/// Takes the schema off a function in `FROM`.
pub(super) fn strip_from(factor: &mut TableFactor) {
    if let TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } = factor {
        strip(name);
    }
}

fn strip(name: &mut ObjectName) {
    let qualifier = name.0.first().and_then(|part| part.as_ident()).map(folded);
    if name.0.len() == 2 && qualifier.is_some_and(|schema| SCHEMAS.contains(&schema.as_str())) {
        name.0.remove(0);
    }
}

/// The operator of `OPERATOR(pg_catalog.~)`.
fn operator(parts: &[String]) -> Option<BinaryOperator> {
    let symbol = match parts {
        [symbol] => symbol,
        [schema, symbol] if schema == PG_CATALOG => symbol,
        _ => return None,
    };
    Some(match symbol.as_str() {
        "=" => BinaryOperator::Eq,
        "<>" => BinaryOperator::NotEq,
        "<" => BinaryOperator::Lt,
        "<=" => BinaryOperator::LtEq,
        ">" => BinaryOperator::Gt,
        ">=" => BinaryOperator::GtEq,
        "+" => BinaryOperator::Plus,
        "-" => BinaryOperator::Minus,
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        "||" => BinaryOperator::StringConcat,
        "~" => BinaryOperator::PGRegexMatch,
        "~*" => BinaryOperator::PGRegexIMatch,
        "!~" => BinaryOperator::PGRegexNotMatch,
        "!~*" => BinaryOperator::PGRegexNotIMatch,
        "~~" => BinaryOperator::PGLikeMatch,
        "!~~" => BinaryOperator::PGNotLikeMatch,
        _ => return None,
    })
}

/// Words that PostgreSQL reserves, so that no column has them as its name (documentation, 9.27).
pub(super) fn session_word(word: &Ident) -> Option<Expr> {
    match folded(word).as_str() {
        "current_schema" => Some(call("current_schema", Vec::new())),
        "current_role" => Some(call("current_user", Vec::new())),
        _ => None,
    }
}
