//! Functions and operators of PostgreSQL that DataFusion has under other names.

use sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArguments,
    Ident, UnaryOperator,
};

use super::make::{self, call, cast, folded, last_part, number, take, text, text_of};
use super::queries::SEPARATOR;

/// PostgreSQL's names and DataFusion's.
const NAMES: [(&str, &str); 6] = [
    ("array_remove", "array_remove_all"),
    ("ceiling", "ceil"),
    ("every", "bool_and"),
    ("gen_random_uuid", "uuid"),
    ("sign", "signum"),
    ("variance", "var_samp"),
];

/// The parts of `make_interval`, in the order of its arguments, with their names and units.
const PARTS: [(&str, &str); 7] = [
    ("years", "year"),
    ("months", "month"),
    ("weeks", "week"),
    ("days", "day"),
    ("hours", "hour"),
    ("mins", "minute"),
    ("secs", "second"),
];

/// A function under DataFusion's name, in place, or what stands for it.
pub(super) fn function(function: &mut Function) -> Option<Expr> {
    let name = last_part(&function.name).filter(|_| function.name.0.len() == 1)?;
    if let Some((_, theirs)) = NAMES.iter().find(|(ours, _)| *ours == name) {
        function.name = vec![Ident::new(*theirs)].into();
        return None;
    }
    if name == "make_interval" {
        return interval(function);
    }
    let mut arguments = arguments(function)?;
    match (name.as_str(), arguments.as_mut_slice()) {
        ("mod", [left, right]) => Some(nested(binary(take(left), BinaryOperator::Modulo, take(right)))),
        ("div", [left, right]) => {
            Some(call("trunc", vec![nested(binary(take(left), BinaryOperator::Divide, take(right)))]))
        }
        ("age", [from]) => {
            let today = call("pg_date_trunc", vec![text("day"), call("clock_time", vec![call("now", Vec::new())])]);
            Some(call("age", vec![today, take(from)]))
        }
        ("num_nulls", [_, ..]) => Some(counted(arguments, Expr::IsNull)),
        ("num_nonnulls", [_, ..]) => Some(counted(arguments, Expr::IsNotNull)),
        ("regexp_substr", [subject, pattern]) => Some(first_match(take(subject), take(pattern))),
        ("regexp_split_to_array", [subject, pattern]) => {
            let separated = vec![take(subject), take(pattern), text(SEPARATOR), text("g")];
            Some(call("string_to_array", vec![call("regexp_replace", separated), text(SEPARATOR)]))
        }
        _ => None,
    }
}

/// An operator as the function that it is.
pub(super) fn operator(expression: &mut Expr) -> Option<Expr> {
    match expression {
        Expr::BinaryOp { left, op: BinaryOperator::PGStartsWith, right } => {
            Some(call("starts_with", vec![take(left), take(right)]))
        }
        Expr::BinaryOp { left, op: BinaryOperator::PGOverlap, right } => {
            Some(call("array_has_any", vec![take(left), take(right)]))
        }
        Expr::UnaryOp { op: UnaryOperator::PGSquareRoot, expr } => Some(call("sqrt", vec![take(expr)])),
        // The complement of two: ~x is -1 - x.
        Expr::UnaryOp { op: UnaryOperator::BitwiseNot, expr } => {
            let minus_one = Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(number("1")) };
            Some(nested(binary(minus_one, BinaryOperator::Minus, take(expr))))
        }
        // A text from where a pattern matches; other forms count characters.
        Expr::Substring { expr, substring_from: Some(pattern), substring_for: None, .. }
            if text_of(pattern).is_some() =>
        {
            Some(first_match(take(expr), take(pattern)))
        }
        _ => None,
    }
}

/// The first group of the first match, or all of it where the pattern has no groups.
fn first_match(subject: Expr, pattern: Expr) -> Expr {
    call("array_element", vec![call("regexp_match", vec![subject, pattern]), number("1")])
}

/// How many of the arguments pass a test.
fn counted(arguments: Vec<Expr>, test: impl Fn(Box<Expr>) -> Expr) -> Expr {
    let one = |argument: Expr| cast(nested(test(Box::new(argument))), DataType::Int(None));
    let sum = arguments.into_iter().map(one).reduce(|sum, next| binary(sum, BinaryOperator::Plus, next));
    nested(sum.unwrap_or_else(|| number("0")))
}

/// `make_interval` as a sum of multiples.
fn interval(function: &mut Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &mut function.args else { return None };
    let mut parts = Vec::new();
    for (index, argument) in list.args.iter_mut().enumerate() {
        let (value, unit) = match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => (value, PARTS.get(index)?.1),
            FunctionArg::ExprNamed {
                name: Expr::Identifier(name),
                arg: FunctionArgExpr::Expr(value),
                operator: FunctionArgOperator::RightArrow | FunctionArgOperator::Assignment,
            } => {
                let name = folded(name);
                (value, PARTS.iter().find(|(known, _)| *known == name)?.1)
            }
            _ => return None,
        };
        parts.push(call("interval_mul", vec![make::interval(format!("1 {unit}")), take(value)]));
    }
    parts.into_iter().reduce(|sum, next| binary(sum, BinaryOperator::Plus, next)).map(nested)
}

fn arguments(function: &Function) -> Option<Vec<Expr>> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let argument = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    list.args.iter().map(argument).collect()
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

fn nested(expr: Expr) -> Expr {
    Expr::Nested(Box::new(expr))
}
