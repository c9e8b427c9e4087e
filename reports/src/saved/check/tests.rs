//! Every problem at once, with its place; and examples without one.

use super::*;
use crate::saved::definition::{Aggregation, Definition, Format, from_toml};
use crate::saved::examples::{CHARGES, FAILURES, LETTERS, STATEMENTS, catalogue};

fn problems_of(definition: &Definition, scope: &Scope) -> Vec<Problem> {
    let webhook_hosts = BTreeSet::from(["hooks.example.com".to_owned(), "localhost".to_owned()]);
    check(definition, &catalogue(), &Rules { scope, webhook_hosts: &webhook_hosts })
}

/// The places of the problems of an example in which a text is another.
fn places(example: &str, from: &str, to: &str) -> Vec<String> {
    assert!(example.contains(from), "{from}");
    let definition = from_toml(&example.replacen(from, to, 1)).unwrap();
    problems_of(&definition, &Scope::Whole).into_iter().map(|problem| problem.place).collect()
}

#[test]
fn examples_have_no_problem() {
    for example in [FAILURES, CHARGES, LETTERS, STATEMENTS] {
        assert_eq!(problems_of(&from_toml(example).unwrap(), &Scope::Whole), []);
    }
}

#[test]
fn a_wrong_name_is_met_with_near_ones() {
    let definition = from_toml(&FAILURES.replace("\"settled_at\"", "\"setled_at\"")).unwrap();
    let problems = problems_of(&definition, &Scope::Whole);
    assert_eq!(problems[0].place, "filters[0].column");
    assert_eq!(problems[0].message, "the source has no column \"setled_at\"");
    assert_eq!(problems[0].near, ["settled_at"]);
    assert_eq!(problems[0].cure, "use settled_at");
    // Order and chart, which name the group, have no problem of their own.
    let all: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
    assert_eq!(all, ["filters[0].column", "group_by[0].column"]);
}

#[test]
fn each_member_has_its_place() {
    for (example, from, to, place) in [
        (FAILURES, "name = \"daily-failures\"", "name = \"../x\"", "name"),
        (FAILURES, "owner = \"ann\"", "owner = \" \"", "owner"),
        (FAILURES, "zone = \"HKG\"", "zone = \"Mars\"", "zone"),
        (FAILURES, "source = \"invoice_lives\"", "source = \"invoice_live\"", "source"),
        (FAILURES, "en = \"Invoices that failed, by day\"", "en = \"\"", "title.en"),
        (FAILURES, "count = 30", "count = 0", "filters[0].period.count"),
        (FAILURES, "unit = \"day\"", "unit = \"day\", zone = \"X\"", "filters[0].period.zone"),
        (FAILURES, "grain = \"day\"\n", "", "group_by[0].grain"),
        (FAILURES, "name = \"day\"", "name = \"settled\"", "aggregations[0].name"),
        (FAILURES, "denominator = \"settled\"", "denominator = \"failure_rate\"", "aggregations[2].denominator"),
        (FAILURES, "value = \"failed\"", "value = 5", "aggregations[1].filters[0].value"),
        (
            FAILURES,
            "operator = \"equals\", value",
            "operator = \"less\", values = [1], value",
            "aggregations[1].filters[0].values",
        ),
        (FAILURES, "by = \"day\"", "by = \"dya\"", "order[0].by"),
        (FAILURES, "y = [\"settled\", \"failed\"]", "y = [\"settled\", \"day\"]", "visual.y[1]"),
        (FAILURES, "x = \"day\"", "x = \"failed\"", "visual.x"),
        (FAILURES, "x = \"day\"", "x = \"day\"\nseries = \"failed\"", "visual.series"),
        (CHARGES, "column = \"forwarder\"", "column = \"forwarder\"\n[[group_by]]\ncolumn = \"code\"", "visual"),
        (FAILURES, "at = \"08:30\"", "at = \"8.30\"", "schedule.at"),
        (FAILURES, "folder = \"operations/daily\"", "folder = \"../etc\"", "destinations[0].folder"),
        (FAILURES, "folder = \"operations/daily\"", "folder = \"/etc\"", "destinations[0].folder"),
        (CHARGES, "percent = 95", "percent = 100", "aggregations[1].percent"),
        (CHARGES, "limit = 500", "limit = 0", "limit"),
        (CHARGES, "day = \"first-working-day\"", "day = \"first\"", "schedule.day"),
        (CHARGES, "https://hooks", "http://hooks", "destinations[0].url"),
        (CHARGES, "https://hooks.example.com", "https://hooks.example.org", "destinations[0].url"),
        (CHARGES, "https://", "https://user@", "destinations[0].url"),
        (CHARGES, "TIDEMARK_WEBHOOK_FINANCE", "PATH", "destinations[0].secret_env"),
        (
            CHARGES,
            "secret_env = \"TIDEMARK_WEBHOOK_FINANCE\"",
            "secret_file = \"../key\"",
            "destinations[0].secret_file",
        ),
        (LETTERS, "{ column = \"reason\" }", "{ column = \"stage\" }", "columns[2].column"),
        (LETTERS, "formats = [\"csv\"]", "formats = [\"csv\", \"png\"]", "formats"),
        (STATEMENTS, "report = \"cost-allocation\"", "report = \"cost-alocation\"", "report"),
        (STATEMENTS, "cities =", "source = \"invoices\"\ncities =", "report"),
        (STATEMENTS, "\"SIN\"", "\"XXX\"", "cities[1]"),
        (STATEMENTS, "\"SIN\"", "\"HKG\"", "cities[1]"),
        (STATEMENTS, "\"pdf\"", "\"png\"", "formats"),
        (STATEMENTS, "at = \"00:00\"", "at = \"00:00\"\nzone = \"UTC\"", "schedule.zone"),
        (LETTERS, "owner = \"ann\"", "owner = \"ann\"\ncities = [\"HKG\"]", "cities"),
        (LETTERS, "days = [\"monday\"]", "days = [\"monday\", \"monday\"]", "schedule.days"),
    ] {
        let found = places(example, from, to);
        assert!(found.contains(&place.to_owned()), "{to} at {place}: {found:?}");
    }
}

#[test]
fn all_problems_come_at_once() {
    let text = FAILURES.replace("HKG", "Mars").replace("08:30", "25:00").replace("operations/daily", "..");
    let found: Vec<String> =
        problems_of(&from_toml(&text).unwrap(), &Scope::Whole).into_iter().map(|problem| problem.place).collect();
    assert_eq!(found, ["zone", "schedule.at", "destinations[0].folder"]);
}

#[test]
fn amounts_of_several_currencies_are_not_put_together() {
    let mut definition = from_toml(CHARGES).unwrap();
    definition.filters.pop();
    let problems = problems_of(&definition, &Scope::Whole);
    let found: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
    assert_eq!(found, ["aggregations[0].column", "aggregations[1].column"]);
    assert_eq!(problems[0].cure, "group by \"currency\", or filter it by equals");
}

#[test]
fn what_has_no_cities_is_for_who_may_see_all() {
    let mut definition = from_toml(LETTERS).unwrap();
    let one = Scope::Cities(BTreeSet::from(["HKG".to_owned()]));
    let problems = problems_of(&definition, &one);
    assert_eq!(problems[0].place, "source");
    assert!(problems[0].message.contains("may not see \"dead_letters\""), "{}", problems[0].message);
    definition = from_toml(FAILURES).unwrap();
    assert_eq!(problems_of(&definition, &one), []);
}

#[test]
fn statements_are_of_cities_that_the_owner_sees() {
    let two = Scope::Cities(BTreeSet::from(["HKG".to_owned(), "SIN".to_owned()]));
    let mut definition = from_toml(STATEMENTS).unwrap();
    assert_eq!(problems_of(&definition, &two)[0].place, "cities[2]");
    definition.cities.truncate(2);
    assert_eq!(problems_of(&definition, &two), []);
}

#[test]
fn rows_and_groups_are_two_things() {
    let mut definition = from_toml(LETTERS).unwrap();
    let count = r#"{"name": "n", "function": "count"}"#;
    definition.aggregations = vec![serde_json::from_str::<Aggregation>(count).unwrap()];
    assert_eq!(problems_of(&definition, &Scope::Whole)[0].place, "columns");
    definition.columns.clear();
    assert_eq!(problems_of(&definition, &Scope::Whole), []);
    definition.aggregations.clear();
    assert_eq!(problems_of(&definition, &Scope::Whole)[0].message, "the report shows nothing");
    definition.formats = vec![Format::Csv, Format::Csv];
    assert!(problems_of(&definition, &Scope::Whole).iter().any(|problem| problem.place == "formats"));
}
