//! Which policy and price is in force: of several the newest one whose time has come. Rates: the view `exchange_rates`.

use chrono::NaiveDate;
use tidemark_model::month::Month;

use super::Policy;
use super::input::PriceRow;

/// The policy in force in a month: the one with the latest first month that has come; of two with the same first
/// month the later in the list. `None` before the first.
#[must_use]
pub fn policy_in_force(policies: &[Policy], month: Month) -> Option<&Policy> {
    policies.iter().filter(|policy| policy.effective_from <= month).max_by_key(|policy| policy.effective_from)
}

/// What is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metered<'a> {
    /// The service.
    pub service: &'a str,
    /// The model, where one was used.
    pub model: Option<&'a str>,
    /// The meter.
    pub meter: &'a str,
}

/// The price in force on a day: that of the model, else that of the service for models without one of their own; of
/// these the one that holds from the latest day that has come. Of two from one day the later in the list counts.
#[must_use]
pub fn price_in_force<'a>(prices: &'a [PriceRow], what: &Metered<'_>, day: NaiveDate) -> Option<&'a PriceRow> {
    let fits =
        |price: &&PriceRow| price.service == what.service && price.meter == what.meter && price.effective_from <= day;
    let of_model = |model: Option<&str>| {
        let prices = prices.iter().filter(fits).filter(|price| price.model.as_deref() == model);
        prices.max_by_key(|price| price.effective_from)
    };
    what.model.and_then(|model| of_model(Some(model))).or_else(|| of_model(None))
}

#[cfg(test)]
mod tests {
    use tidemark_model::kpi::Figure;

    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_imported_later_replaces_what_was_stated_for_the_same_time() {
        let policy = |version: &str, from: &str| Policy {
            version: version.to_owned(),
            effective_from: month(from),
            ..Policy::standard()
        };
        let policies = [policy("b", "2026-04"), policy("a", "2026-01"), policy("c", "2026-04")];
        let in_force = |of: &str| policy_in_force(&policies, month(of)).map(|policy| policy.version.as_str());
        assert_eq!(in_force("2025-12"), None);
        assert_eq!(in_force("2026-03"), Some("a"));
        assert_eq!(in_force("2026-04"), Some("c"));
    }

    #[test]
    fn a_models_own_price_goes_before_that_of_its_service() {
        let price = |from: &str, model: Option<&str>, unit_price| PriceRow {
            effective_from: from.parse().unwrap(),
            service: "llm".to_owned(),
            model: model.map(str::to_owned),
            meter: "llm.tokens_in".to_owned(),
            unit_price: Figure(unit_price),
            currency: "USD".to_owned(),
        };
        let prices =
            [price("2026-03-15", None, 3), price("2026-01-01", Some("large"), 9), price("2026-01-01", None, 2)];
        let on = |day: &str, model| {
            let what = Metered { service: "llm", model, meter: "llm.tokens_in" };
            price_in_force(&prices, &what, day.parse().unwrap()).map(|price| price.unit_price.0)
        };
        assert_eq!(on("2026-03-20", Some("large")), Some(9));
        assert_eq!(on("2026-03-20", Some("small")), Some(3));
        assert_eq!(on("2026-03-14", None), Some(2));
        assert_eq!(on("2025-12-31", Some("large")), None);
    }
}
