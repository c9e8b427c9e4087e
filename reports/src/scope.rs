//! Whose costs a report shows. A scope is compiled into the statements in one place: every relation that has cities is
//! shadowed by its rows of these cities, so no statement of a report can see others.

use std::collections::BTreeSet;

use tidemark_model::error::{ErrorCode, ServiceError};

/// The relations that have rows of cities, all by a column `city`. A statement of a report reads these, and relations
/// that say nothing of a single city.
pub(crate) const OF_CITIES: &[&str] = &[
    "budget_status",
    "budgets",
    "cities",
    "cost_allocation",
    "invoice_charges",
    "invoices",
    "settled_invoices",
    "usage_days",
];

/// The relations that say nothing of a single city, and may be read by everybody who gets a report.
#[cfg(test)]
pub(crate) const OF_NONE: &[&str] =
    &["allocation_policies", "exchange_rates", "finance_closes", "month_closes", "month_rates", "tables"];

/// Which cities may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything, with what no city bears.
    Whole,
    /// These alone, by their codes.
    Cities(BTreeSet<String>),
}

impl Scope {
    /// What of it is about one city.
    ///
    /// # Errors
    /// `NotAllowed` where the city is outside of it.
    pub fn of_city(&self, city: &str) -> Result<Self, ServiceError> {
        match self {
            Self::Cities(cities) if !cities.contains(city) => {
                Err(ServiceError::new(ErrorCode::NotAllowed, format!("the principal may not see the city \"{city}\"")))
            }
            _ => Ok(Self::Cities(BTreeSet::from([city.to_owned()]))),
        }
    }

    /// Whether a city's rows may be seen.
    pub(crate) fn has(&self, city: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Cities(cities) => cities.contains(city),
        }
    }

    /// The rows of a relation that may be seen, as a query; `None` where all may.
    pub(crate) fn rows_of(&self, relation: &str) -> Option<String> {
        let is_narrowed = *self != Self::Whole && OF_CITIES.contains(&relation);
        is_narrowed.then(|| self.narrowed(format!("SELECT * FROM {relation}")))
    }

    /// The rows of a query with a column `city` that may be seen, as a query.
    pub(crate) fn narrowed(&self, query: String) -> String {
        let Self::Cities(cities) = self else { return query };
        let cities: Vec<String> = cities.iter().map(|city| quoted(city)).collect();
        // An empty list is no SQL; nobody is the city of nothing.
        let condition = if cities.is_empty() { "false".to_owned() } else { format!("city IN ({})", cities.join(", ")) };
        format!("SELECT * FROM ({query}) AS everybodys WHERE {condition}")
    }
}

/// A text as SQL's literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_only_narrows() {
        let two = Scope::Cities(["HKG", "SIN"].map(str::to_owned).into());
        assert_eq!(two.of_city("SIN").unwrap(), Scope::Cities(BTreeSet::from(["SIN".to_owned()])));
        assert_eq!(two.of_city("SYD").unwrap_err().code, ErrorCode::NotAllowed);
        assert_eq!(Scope::Whole.of_city("SYD").unwrap(), Scope::Cities(BTreeSet::from(["SYD".to_owned()])));
        assert_eq!(Scope::Whole.rows_of("invoices"), None);
    }

    #[test]
    fn a_citys_name_cannot_leave_its_literal() {
        let one = Scope::Cities(BTreeSet::from(["x' OR 'a' = 'a".to_owned()]));
        let found = one.rows_of("invoices").unwrap();
        assert_eq!(found, "SELECT * FROM (SELECT * FROM invoices) AS everybodys WHERE city IN ('x'' OR ''a'' = ''a')");
        let none = Scope::Cities(BTreeSet::new());
        let found = none.rows_of("cities").unwrap();
        assert_eq!(found, "SELECT * FROM (SELECT * FROM cities) AS everybodys WHERE false");
    }
}
