//! `quote_literal`, `quote_nullable` and `format`: SQL text made in SQL, as generators of queries do.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use crate::functions::as_given;
use crate::pg_catalog::identifiers::quoted;

/// What is made of the arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Makes {
    Literal,
    LiteralOrNull,
    Format,
}

/// All of them.
pub(super) fn functions() -> impl Iterator<Item = ScalarUDF> {
    [("quote_literal", Makes::Literal), ("quote_nullable", Makes::LiteralOrNull), ("format", Makes::Format)]
        .into_iter()
        .map(|(name, makes)| {
            let signature = Signature::variadic_any(Volatility::Immutable);
            ScalarUDF::from(Text { name, makes, signature })
        })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Text {
    name: &'static str,
    makes: Makes,
    signature: Signature,
}

impl ScalarUDFImpl for Text {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let texts: Vec<ArrayRef> =
            arrays.iter().map(|array| Ok(cast(array, &DataType::Utf8)?)).collect::<Result<_>>()?;
        let value = |column: usize, row: usize| {
            let texts = texts.get(column)?.as_string::<i32>();
            texts.is_valid(row).then(|| texts.value(row))
        };
        let rows = 0..texts.first().map_or(0, |first| first.len());
        let made = rows.map(|row| match self.makes {
            Makes::Literal => Ok(value(0, row).map(literal)),
            Makes::LiteralOrNull => Ok(Some(value(0, row).map_or_else(|| "NULL".to_owned(), literal))),
            Makes::Format => {
                let arguments: Vec<_> = (1..texts.len()).map(|column| value(column, row)).collect();
                value(0, row).map(|pattern| format(pattern, &arguments)).transpose()
            }
        });
        as_given(&args.args, Arc::new(made.collect::<Result<StringArray>>()?))
    }
}

fn literal(text: &str) -> String {
    let quoted = format!("'{}'", text.replace('\'', "''").replace('\\', "\\\\"));
    if text.contains('\\') { format!("E{quoted}") } else { quoted }
}

/// `%s`, `%I`, `%L` and `%%`, each with a position or not. Source: PostgreSQL 16, 9.4.1.
fn format(pattern: &str, arguments: &[Option<&str>]) -> Result<String> {
    let mut made = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut next = 0;
    while let Some((before, after)) = rest.split_once('%') {
        made.push_str(before);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, mut specifier) = after.split_at(digits);
        if let (Ok(position), Some(after_position)) = (number.parse::<usize>(), specifier.strip_prefix('$')) {
            next = position.saturating_sub(1);
            specifier = after_position;
        } else if digits > 0 {
            return exec_err!("format does not take widths");
        }
        let Some(kind) = specifier.chars().next() else {
            return exec_err!("unterminated format() type specifier");
        };
        rest = specifier.get(kind.len_utf8()..).unwrap_or_default();
        if kind == '%' {
            made.push('%');
            continue;
        }
        let argument = arguments.get(next);
        let argument =
            *argument.ok_or_else(|| DataFusionError::Execution("too few arguments for format()".to_owned()))?;
        next += 1;
        match (kind, argument) {
            ('s', argument) => made.push_str(argument.unwrap_or_default()),
            ('I', Some(name)) => made.push_str(&quoted(name)),
            ('I', None) => return exec_err!("null values cannot be formatted as an SQL identifier"),
            ('L', argument) => made.push_str(&argument.map_or_else(|| "NULL".to_owned(), literal)),
            (other, _) => return exec_err!("unrecognized format() type specifier \"{other}\""),
        }
    }
    made.push_str(rest);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_filled() {
        let filled = |pattern: &str, arguments: &[Option<&str>]| format(pattern, arguments).unwrap();
        assert_eq!(filled("%s-%s%%", &[Some("a"), None]), "a-%");
        assert_eq!(filled("%2$s %1$I %L", &[Some("My Col"), Some("it's")]), "it's \"My Col\" 'it''s'");
        assert!(format("%s %s", &[Some("a")]).is_err());
        assert!(format("%x", &[Some("a")]).is_err());
    }
}
