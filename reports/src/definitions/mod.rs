//! The reports that there are.

mod budget;
mod cost_allocation;
mod forwarders;
mod regional;
mod trend;

use crate::definition::Definition;

/// All of them.
pub(crate) const ALL: &[&Definition] = &[
    &cost_allocation::DEFINITION,
    &regional::DEFINITION,
    &trend::DEFINITION,
    &budget::DEFINITION,
    &forwarders::DEFINITION,
];

/// Finds a report by its kind.
pub(crate) fn find(kind: &str) -> Option<&'static Definition> {
    ALL.iter().copied().find(|definition| definition.kind == kind)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::columns;
    use crate::queries::mentions;
    use crate::scope::{OF_CITIES, OF_NONE};

    /// The library's relations that a statement could name, beside those of a scope: reading one would show all cities.
    const OTHERS: [&str; 12] = [
        "cost_pools",
        "finance_entries",
        "invoice_events",
        "invoice_lives",
        "late_events",
        "sessions",
        "session_events",
        "tenant_usage",
        "usage_costs",
        "usage_events",
        "user_days",
        "kpi_monthly",
    ];

    fn statements(definition: &Definition) -> Vec<&'static str> {
        definition.sections.iter().map(|section| section.sql).chain(definition.focus).collect()
    }

    /// The names behind FROM and JOIN.
    fn read(sql: &str) -> BTreeSet<String> {
        let words: Vec<&str> =
            sql.lines().filter(|line| !line.starts_with("--")).flat_map(str::split_whitespace).collect();
        let behind = words.windows(2).filter(|pair| ["FROM", "JOIN"].contains(&pair[0]) && !pair[1].starts_with('('));
        behind.map(|pair| pair[1].trim_end_matches([')', ',']).to_owned()).collect()
    }

    #[test]
    fn every_column_has_words_and_every_definition_a_first_section_that_everybody_may_see() {
        for definition in ALL {
            assert!(!definition.sections[0].is_of_whole, "{}", definition.kind);
            for section in definition.sections {
                for name in section.columns {
                    assert!(columns::find(name).is_some(), "{} of {}", name, section.name);
                }
            }
        }
    }

    #[test]
    fn statements_read_only_what_a_scope_narrows_or_what_is_of_no_city() {
        for sql in ALL.iter().flat_map(|definition| statements(definition)) {
            let own = |name: &String| sql.contains(&format!("{name} AS (")) || sql.contains(&format!(") {name}\n"));
            for name in read(sql).iter().filter(|name| !own(name)) {
                assert!(OF_CITIES.contains(&name.as_str()) || OF_NONE.contains(&name.as_str()), "{name} in {sql}");
            }
            assert!(!OTHERS.iter().any(|other| mentions(sql, other)), "{sql}");
        }
    }
}
