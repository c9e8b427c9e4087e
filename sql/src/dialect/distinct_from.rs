//! `IS [NOT] DISTINCT FROM` with the precedence that it has in PostgreSQL: above `NOT`, `AND` and `OR`.
//!
//! sqlparser reads everything to its right as its operand: `a IS DISTINCT FROM b AND c` becomes
//! `a IS DISTINCT FROM (b AND c)`. Here such a tree is laid out flat again, up to its parentheses, and put together by
//! precedence (PostgreSQL documentation, 4.1.6).

use std::iter::Peekable;
use std::ops::ControlFlow;
use std::vec::IntoIter;

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, VisitorMut};

use super::make::take;

/// See the module.
#[derive(Debug)]
pub(super) struct Reassociation;

impl VisitorMut for Reassociation {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if swallows(expression) {
            let mut parts = Vec::new();
            lay_out(take(expression), &mut parts);
            if let Some(whole) = disjunction(&mut parts.into_iter().peekable()) {
                *expression = whole;
            }
        }
        ControlFlow::Continue(())
    }
}

#[derive(Debug)]
enum Part {
    Term(Box<Expr>),
    Not,
    And,
    Or,
    /// `left IS [NOT] DISTINCT FROM`, a prefix of what follows.
    Distinct {
        left: Box<Expr>,
        negated: bool,
    },
}

type Parts = Peekable<IntoIter<Part>>;

/// Whether an operand of `IS DISTINCT FROM` in this tree, outside parentheses, holds what should hold it.
fn swallows(expression: &Expr) -> bool {
    match expression {
        Expr::BinaryOp { left, op: BinaryOperator::And | BinaryOperator::Or, right } => {
            swallows(right) || swallows(left)
        }
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => swallows(expr),
        Expr::IsDistinctFrom(_, right) | Expr::IsNotDistinctFrom(_, right) => is_logical(right),
        _ => false,
    }
}

fn is_logical(expression: &Expr) -> bool {
    matches!(expression, Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or, .. })
}

fn lay_out(expression: Expr, parts: &mut Vec<Part>) {
    match expression {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => lay_out_around(*left, Part::And, *right, parts),
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => lay_out_around(*left, Part::Or, *right, parts),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
            parts.push(Part::Not);
            lay_out(*expr, parts);
        }
        Expr::IsDistinctFrom(left, right) => {
            parts.push(Part::Distinct { left, negated: false });
            lay_out(*right, parts);
        }
        Expr::IsNotDistinctFrom(left, right) => {
            parts.push(Part::Distinct { left, negated: true });
            lay_out(*right, parts);
        }
        term => parts.push(Part::Term(Box::new(term))),
    }
}

fn lay_out_around(left: Expr, operator: Part, right: Expr, parts: &mut Vec<Part>) {
    lay_out(left, parts);
    parts.push(operator);
    lay_out(right, parts);
}

fn disjunction(parts: &mut Parts) -> Option<Expr> {
    let mut whole = conjunction(parts)?;
    while parts.next_if(|part| matches!(part, Part::Or)).is_some() {
        whole = joined(whole, BinaryOperator::Or, conjunction(parts)?);
    }
    Some(whole)
}

fn conjunction(parts: &mut Parts) -> Option<Expr> {
    let mut whole = operand(parts)?;
    while parts.next_if(|part| matches!(part, Part::And)).is_some() {
        whole = joined(whole, BinaryOperator::And, operand(parts)?);
    }
    Some(whole)
}

fn operand(parts: &mut Parts) -> Option<Expr> {
    match parts.next()? {
        Part::Term(term) => Some(*term),
        Part::Not => Some(Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(operand(parts)?) }),
        Part::Distinct { left, negated: false } => Some(Expr::IsDistinctFrom(left, Box::new(operand(parts)?))),
        Part::Distinct { left, negated: true } => Some(Expr::IsNotDistinctFrom(left, Box::new(operand(parts)?))),
        Part::And | Part::Or => None,
    }
}

fn joined(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}
