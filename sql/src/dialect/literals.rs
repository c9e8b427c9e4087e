//! Arrays in PostgreSQL's text form, `'{a,"b c",NULL}'`, where the tree shows that an array is meant.

use sqlparser::ast::{Array, BinaryOperator, CastKind, DataType, Expr, Value};

use super::make::{take, text, text_of};

/// `'{1,2}'::int[]` and `x = ANY('{a,b}')` with the array written out, in place.
pub(super) fn rewrite(expression: &mut Expr) {
    match expression {
        Expr::Cast { kind: CastKind::Cast | CastKind::DoubleColon, expr, data_type: DataType::Array(_), .. } => {
            if let Some(array) = text_of(expr).and_then(elements).map(|elements| array(elements, false)) {
                **expr = array;
            }
        }
        Expr::AnyOp { left, right, .. } | Expr::AllOp { left, right, .. } => {
            let numbers = matches!(left.as_ref(), Expr::Value(value) if matches!(value.value, Value::Number(..)));
            if let Some(array) = text_of(right).and_then(elements).map(|elements| array(elements, numbers)) {
                **right = array;
            }
        }
        // Only an array is written like this; '{}' may as well be JSON.
        Expr::BinaryOp { left, op: BinaryOperator::Eq | BinaryOperator::NotEq, right } => {
            if matches!(left.as_ref(), Expr::Identifier(_) | Expr::CompoundIdentifier(_))
                && let Some(ids) = text_of(right).and_then(elements)
                && !ids.is_empty()
                && ids.iter().flatten().all(|id| id.parse::<u32>().is_ok())
            {
                **right = array(ids, true);
            }
        }
        _ => {}
    }
    unwrap_nested_array(expression);
}

/// `ANY ((ARRAY[...]))`: the planner wants the array itself.
fn unwrap_nested_array(expression: &mut Expr) {
    if let Expr::AnyOp { right, .. } | Expr::AllOp { right, .. } = expression
        && let Expr::Nested(inner) = right.as_mut()
    {
        let inner = take(inner);
        **right = inner;
    }
}

fn array(elements: Vec<Option<String>>, numbers: bool) -> Expr {
    let element = |element: Option<String>| match element {
        None => Expr::value(Value::Null),
        Some(digits) if numbers && digits.parse::<f64>().is_ok() => Expr::value(Value::Number(digits, false)),
        Some(element) => text(element),
    };
    Expr::Array(Array { elem: elements.into_iter().map(element).collect(), named: true })
}

/// The elements of an array of one dimension (PostgreSQL documentation, 8.15.2); nothing for more dimensions.
pub fn elements(literal: &str) -> Option<Vec<Option<String>>> {
    let inside = literal.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut characters = inside.trim().chars().peekable();
    let mut elements = Vec::new();
    if characters.peek().is_none() {
        return Some(elements);
    }
    loop {
        elements.push(element(&mut characters)?);
        match characters.next() {
            None => return Some(elements),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

/// One element, up to the comma after it.
fn element(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Option<String>> {
    while characters.next_if(|character| character.is_whitespace()).is_some() {}
    let mut element = String::new();
    if characters.next_if_eq(&'"').is_some() {
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => element.push(characters.next()?),
                character => element.push(character),
            }
        }
        while characters.next_if(|character| character.is_whitespace()).is_some() {}
        return Some(Some(element));
    }
    while let Some(character) = characters.next_if(|character| *character != ',') {
        match character {
            '\\' => element.push(characters.next()?),
            '{' | '}' | '"' => return None,
            character => element.push(character),
        }
    }
    let element = element.trim_end();
    match element {
        "" => None,
        null if null.eq_ignore_ascii_case("null") => Some(None),
        element => Some(Some(element.to_owned())),
    }
}
