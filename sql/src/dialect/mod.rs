//! Rewrites a parsed PostgreSQL statement so that DataFusion answers what PostgreSQL would.
//!
//! It stands between the parser and the planner, sees one statement's tree and no schema, and changes only what the
//! tree alone decides; everything else is left as it was written.
//!
//! # Order
//! 1. `distinct_from` mends the precedence of `IS DISTINCT FROM`, because all that follows reads the tree.
//! 2. `names` gives select items PostgreSQL's names, while they still are what the user wrote.
//! 3. `queries` and `expressions` put what DataFusion understands in the place of what it does not.
//!
//! # Marked names
//! PostgreSQL allows a name twice in one select list, DataFusion does not. The later one is marked: a noncharacter of
//! Unicode and a number follow its name. [`client_name`] takes the mark off and belongs on every column name that
//! leaves the engine.

mod aliases;
mod casts;
mod decimals;
mod distinct_from;
mod expressions;
mod intervals;
mod lengths;
mod literals;
mod make;
mod moments;
mod names;
mod patterns;
mod qualifiers;
mod queries;
mod references;
mod similar;
mod timestamps;
mod types;

use std::ops::ControlFlow;

use sqlparser::ast::{Statement, VisitMut, VisitorMut};

pub use literals::elements as array_elements;
pub use patterns::protected as like_pattern;
pub use queries::scalars::changes_rows;

/// What follows a name that was made unique: a noncharacter, so no client's name holds it (Unicode 16, section 23.7).
const MARK: char = '\u{FDD0}';

/// Rewrites a statement in place; columns of its answer may be marked, see [`client_name`].
pub fn postgres(statement: &mut Statement) {
    visit(statement, &mut distinct_from::Reassociation);
    visit(statement, &mut queries::Tables);
    visit(statement, &mut names::Naming::default());
    references::show(statement);
    decimals::show(statement);
    visit(statement, &mut queries::Queries::default());
    visit(statement, &mut expressions::Expressions);
}

/// The name of a column as the client must see it, without a mark.
pub fn client_name(name: &str) -> &str {
    name.split_once(MARK).map_or(name, |(name, _)| name)
}

fn visit(statement: &mut Statement, visitor: &mut impl VisitorMut<Break = ()>) {
    // None of the visitors stops early.
    let (ControlFlow::Continue(()) | ControlFlow::Break(())) = VisitMut::visit(statement, visitor);
}

#[cfg(test)]
mod tests;
