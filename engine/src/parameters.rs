//! Parameters of a statement: what types its `$n` have, and values put in their place.
//!
//! A type is what the client said, else what the place asks for, else text.

use std::collections::HashMap;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use tidemark_model::port::Parameter;
use tidemark_sql::dialect::array_elements;

/// Digits of a decimal that a client sends.
const DECIMAL_DIGITS: u8 = 38;

/// Bytes of `2026-01-31`.
const DATE_BYTES: usize = 10;

/// The types of a plan's parameters, `$1` to `$n`, with those that the client has said.
pub(crate) fn types(plan: &LogicalPlan, said: &[Option<DataType>]) -> Result<Vec<DataType>> {
    let found = asked_for(plan)?;
    let names = plan.get_parameter_names()?;
    let numbers = names.iter().filter_map(|name| name.strip_prefix('$')?.parse::<usize>().ok());
    let count = numbers.max().unwrap_or(0);
    let of = |index: usize| {
        let said = said.get(index).cloned().flatten();
        said.or_else(|| found.get(&format!("${}", index + 1)).cloned()).unwrap_or(DataType::Utf8)
    };
    Ok((0..count).map(of).collect())
}

/// Puts values in place of parameters, each read as its type.
pub(crate) fn bind(plan: LogicalPlan, parameters: &[Parameter]) -> Result<LogicalPlan> {
    let said: Vec<_> = parameters.iter().map(|parameter| parameter.data_type.clone()).collect();
    let types = types(&plan, &said)?;
    // A client may send more than the statement has, but not of what it has not: `$2` alone takes two.
    if types.len() != parameters.len() {
        let (expected, given) = (types.len(), parameters.len());
        return Err(DataFusionError::Plan(format!("the statement takes {expected} parameters, {given} were given")));
    }
    if types.is_empty() {
        return Ok(plan);
    }
    let value = |(index, (parameter, data_type)): (usize, (&Parameter, &DataType))| {
        let is_said = parameter.data_type.is_some();
        let value = parameter.text.as_deref().map(|text| read(text, &as_sent(text, data_type, is_said)));
        value.unwrap_or_else(|| ScalarValue::try_from(data_type)).map_err(|_| {
            DataFusionError::Execution(format!("parameter ${} is not a value of type {data_type}", index + 1))
        })
    };
    let values = parameters.iter().zip(&types).enumerate().map(value).collect::<Result<Vec<_>>>()?;
    plan.with_param_values(values)
}

/// The plan as it is for some values of these types.
pub(crate) fn typed(plan: LogicalPlan, types: &[DataType]) -> Result<LogicalPlan> {
    if types.is_empty() {
        return Ok(plan);
    }
    let nulls = types.iter().map(ScalarValue::try_from).collect::<Result<Vec<_>>>()?;
    plan.with_param_values(nulls)
}

/// What each parameter's place asks for, where it asks for anything. DataFusion knows of comparisons.
fn asked_for(plan: &LogicalPlan) -> Result<HashMap<String, DataType>> {
    let inferred = plan.get_parameter_types()?.into_iter();
    let mut types: HashMap<String, DataType> = inferred.filter_map(|(name, found)| Some((name, found?))).collect();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Limit(limit) = node {
            for bound in [&limit.skip, &limit.fetch].into_iter().flatten() {
                add(&mut types, bound, || Some(DataType::Int64));
            }
        }
        let inputs = node.inputs();
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                match part {
                    Expr::Cast(cast) => add(&mut types, &cast.expr, || Some(cast.field.data_type().clone())),
                    Expr::ScalarFunction(call) if call.name() == "array_has" => {
                        if let [list, element] = call.args.as_slice() {
                            let of = |expr: &Expr| {
                                inputs.iter().find_map(|input| expr.get_type(input.schema().as_ref()).ok())
                            };
                            add(&mut types, list, || Some(DataType::new_list(of(element)?, true)));
                        }
                    }
                    _ => {}
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(types)
}

fn add(types: &mut HashMap<String, DataType>, place: &Expr, data_type: impl FnOnce() -> Option<DataType>) {
    if let Expr::Placeholder(placeholder) = place
        && let Some(data_type) = data_type()
    {
        types.insert(placeholder.id.clone(), data_type);
    }
}

/// The type of a value that a client gave a type: of decimals, with as many digits behind the point as were sent, so
/// that they read back as they were written.
fn as_sent(text: &str, data_type: &DataType, is_said: bool) -> DataType {
    let decimal = |num_digits: usize| i8::try_from(num_digits).map(|scale| DataType::Decimal128(DECIMAL_DIGITS, scale));
    let num_digits = |text: &str| text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let found = match data_type {
        DataType::Decimal128(..) if is_said => decimal(num_digits(text)),
        DataType::List(element) if is_said && element.data_type().is_decimal() => {
            let elements = array_elements(text).unwrap_or_default();
            let longest = elements.iter().flatten().map(|text| num_digits(text)).max();
            decimal(longest.unwrap_or_default()).map(|element| DataType::new_list(element, true))
        }
        _ => return data_type.clone(),
    };
    found.unwrap_or_else(|_| data_type.clone())
}

fn read(text: &str, data_type: &DataType) -> Result<ScalarValue> {
    match data_type {
        DataType::List(element) => {
            let elements = array_elements(text).ok_or_else(|| malformed(text))?;
            let one = |element_text: Option<String>| match element_text {
                Some(text) => read(&text, element.data_type()),
                None => ScalarValue::try_from(element.data_type()),
            };
            let elements = elements.into_iter().map(one).collect::<Result<Vec<_>>>()?;
            Ok(ScalarValue::List(ScalarValue::new_list(&elements, element.data_type(), true)))
        }
        DataType::Binary => bytes(text).map(|bytes| ScalarValue::Binary(Some(bytes))).ok_or_else(|| malformed(text)),
        // JDBC sends a date with its zone.
        DataType::Date32 => ScalarValue::from(text.get(..DATE_BYTES).unwrap_or(text)).cast_to(data_type),
        other => ScalarValue::from(text).cast_to(other),
    }
}

fn malformed(text: &str) -> DataFusionError {
    DataFusionError::Execution(format!("malformed value: \"{text}\""))
}

/// Bytes in PostgreSQL's hexadecimal form.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?;
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, data_type: &DataType) -> String {
        read(text, &as_sent(text, data_type, true)).unwrap().to_string()
    }

    #[test]
    fn values_are_read_as_their_types() {
        assert_eq!(said("1.50", &DataType::Decimal128(38, 9)), "1.50");
        assert_eq!(said("2026-03-05 +00", &DataType::Date32), "2026-03-05");
        assert_eq!(bytes("\\x00ff"), Some(vec![0, 255]));
        assert_eq!(bytes("\\x0"), None);
        assert!(read("{1", &DataType::new_list(DataType::Int64, true)).is_err());
    }

    #[test]
    fn decimals_of_an_array_have_the_longest_fraction() {
        let decimals = DataType::new_list(DataType::Decimal128(38, 9), true);
        assert_eq!(as_sent("{1.5,NULL,2.25}", &decimals, true), DataType::new_list(DataType::Decimal128(38, 2), true));
        assert_eq!(as_sent("{1.5}", &decimals, false), decimals);
    }
}
