//! Statements as they stand in `oracles/statements.sql`, whose answers `oracles/statements.py` compares with sums made
//! without SQL; and no name and no value that leads out of its place.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sqlparser::ast::{Expr, Statement, Value as SqlValue, Visit, Visitor};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::*;
use crate::saved::definition::{from_json, from_toml};
use crate::saved::examples::{CASES, CHARGES, FAILURES, LETTERS, catalogue};

const STATEMENTS: &str = include_str!("../oracles/statements.sql");

fn due_at() -> DateTime<Utc> {
    "2026-04-05T22:30:00Z".parse().unwrap()
}

fn two_cities() -> Scope {
    Scope::Cities(BTreeSet::from(["HKG", "SYD"].map(str::to_owned)))
}

/// All statements that Python knows the answers of: the examples, then each case for all cities and for two.
fn statements() -> Vec<String> {
    let mut statements = Vec::new();
    let mut put = |name: &str, definition: &Definition, scope: &Scope| {
        let sql = statement(definition, &catalogue(), scope, due_at()).unwrap();
        statements.push(format!("-- {name}\n{sql};\n"));
    };
    for example in [FAILURES, CHARGES, LETTERS] {
        let definition = from_toml(example).unwrap();
        put(&definition.name, &definition, &Scope::Whole);
    }
    for case in CASES.lines().filter(|line| !line.is_empty()) {
        let definition = from_json(case.as_bytes()).unwrap();
        put(&definition.name, &definition, &Scope::Whole);
        put(&format!("{} of two cities", definition.name), &definition, &two_cities());
    }
    statements
}

#[test]
fn statements_are_those_whose_answers_are_known() {
    assert_eq!(statements().join("\n"), STATEMENTS);
}

#[test]
fn what_the_check_refuses_is_not_compiled() {
    let mut definition = from_toml(LETTERS).unwrap();
    let problems = statement(&definition, &catalogue(), &two_cities(), due_at()).unwrap_err();
    assert_eq!(problems[0].place, "source");
    definition.columns[0].column = "payload\" FROM finance_closes --".to_owned();
    let problems = statement(&definition, &catalogue(), &Scope::Whole, due_at()).unwrap_err();
    assert_eq!(problems[0].place, "columns[0].column");
}

#[test]
fn who_may_see_no_city_sees_no_row() {
    let definition = from_toml(FAILURES).unwrap();
    let sql = statement(&definition, &catalogue(), &Scope::Cities(BTreeSet::new()), due_at()).unwrap();
    assert!(sql.contains("\nWHERE FALSE\n  AND "), "{sql}");
}

/// Texts and identifiers of a statement, as a parser finds them; none where it is not one query.
fn found(sql: &str) -> Option<(Vec<String>, Vec<String>)> {
    #[derive(Default)]
    struct Texts(Vec<String>);
    impl Visitor for Texts {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> std::ops::ControlFlow<()> {
            if let Expr::Value(value) = expr
                && let SqlValue::SingleQuotedString(text) = &value.value
            {
                self.0.push(text.clone());
            }
            std::ops::ControlFlow::Continue(())
        }
    }
    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, sql).ok()?;
    let [Statement::Query(query)] = parsed.as_slice() else { return None };
    let mut texts = Texts::default();
    let _ = query.visit(&mut texts);
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize().ok()?;
    let quoted = tokens.into_iter().filter_map(|token| match token {
        Token::Word(word) if word.quote_style == Some('"') => Some(word.value),
        _ => None,
    });
    Some((texts.0, quoted.collect()))
}

/// Texts that try to leave their place, and any others.
fn hostile() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "'; DROP TABLE invoice_lives; --",
        "' OR 'a' = 'a",
        "\\' OR 1=1 --",
        "\" OR \"\"=\"",
        "''",
        "/* */",
        "$$ $1 :x ?",
        "E'\\''",
        "\u{2019}\u{ff07}",
        "U&'\\0027'",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "\\PC{0,30}", "['\"\\\\;$-]{0,12}"]
}

proptest! {
    #[test]
    fn a_value_is_one_text_whatever_it_says(value in hostile(), operator in prop::sample::select(vec![
        "equals", "not_equals", "contains", "starts_with", "at_most",
    ])) {
        let mut definition = from_toml(FAILURES).unwrap();
        let filter = serde_json::json!({"column": "status", "operator": operator, "value": value});
        definition.filters = vec![serde_json::from_value(filter).unwrap()];
        let Ok(sql) = statement(&definition, &catalogue(), &two_cities(), due_at()) else {
            // Only an empty text to look for is refused.
            prop_assert!(value.is_empty());
            return Ok(());
        };
        let (texts, _) = found(&sql).expect("one query");
        prop_assert_eq!(texts.iter().filter(|text| **text == value).count(), 1 + usize::from(value == "failed"));
        // The same statement but for that text.
        let (plain, _) = { definition.filters[0].value = Some(super::super::definition::Value::Text("plain".into()));
            found(&statement(&definition, &catalogue(), &two_cities(), due_at()).unwrap()).unwrap() };
        let others = |texts: &[String], one: &str| -> Vec<String> {
            texts.iter().filter(|text| *text != one).cloned().collect()
        };
        if value != "failed" {
            prop_assert_eq!(others(&texts, &value), others(&plain, "plain"));
        }
    }

    #[test]
    fn a_name_is_one_identifier_whatever_it_is(relation in "\\PC{1,20}", column in hostile(), city in hostile()) {
        prop_assume!(!column.is_empty() && column != "city");
        let columns = [column.as_str(), "city"].map(|column| (relation.as_str(), column, "text"));
        let catalogue = Catalogue::of(columns);
        let json = serde_json::json!({
            "name": "x", "owner": "ann", "source": relation, "title": {"en": "x"}, "columns": [{"column": column}],
        });
        let definition = from_json(json.to_string().as_bytes()).unwrap();
        let scope = Scope::Cities(BTreeSet::from([city.clone()]));
        let sql = statement(&definition, &catalogue, &scope, due_at()).unwrap();
        let (texts, identifiers) = found(&sql).expect("one query");
        prop_assert_eq!(texts, [city]);
        prop_assert_eq!(identifiers, [column, relation, "city".to_owned()]);
    }
}
