//! Which of what was imported is in force: of several versions the newest one whose time has come.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::Policy;
use super::input::{PriceRow, RateRow};

/// A rate, and the month for which it was stated: an earlier one where the month in question has none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateInForce {
    /// HKD for one unit.
    pub hkd: Figure,
    /// The month for which finance stated it.
    pub stated_for: Month,
}

/// The rates in force in a month by currency: each as stated for it, or for the last month before it.
/// Of two for one month the later in the list counts.
#[must_use]
pub fn rates_in_force(rates: &[RateRow], month: Month) -> BTreeMap<String, RateInForce> {
    let mut in_force: BTreeMap<String, RateInForce> = BTreeMap::new();
    for rate in rates.iter().filter(|rate| rate.month <= month) {
        let stated = RateInForce { hkd: rate.rate_to_hkd, stated_for: rate.month };
        let known = in_force.entry(rate.currency.clone()).or_insert(stated);
        if known.stated_for <= stated.stated_for {
            *known = stated;
        }
    }
    in_force
}

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
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn rate(of: &str, currency: &str, hkd: i128) -> RateRow {
        RateRow { month: month(of), currency: currency.to_owned(), rate_to_hkd: Figure(hkd) }
    }

    #[test]
    fn a_rate_holds_until_another_is_stated() {
        let rates = [rate("2026-03", "USD", 78), rate("2026-01", "USD", 77), rate("2026-02", "SGD", 58)];
        let in_force = |of: &str| rates_in_force(&rates, month(of));
        assert_eq!(in_force("2025-12"), BTreeMap::new());
        assert_eq!(in_force("2026-02")["USD"], RateInForce { hkd: Figure(77), stated_for: month("2026-01") });
        assert_eq!(in_force("2026-03")["USD"].hkd, Figure(78));
        assert_eq!(in_force("2027-01")["SGD"].stated_for, month("2026-02"));
    }

    #[test]
    fn what_was_imported_later_replaces_what_was_stated_for_the_same_time() {
        let rates = [rate("2026-03", "USD", 78), rate("2026-03", "USD", 79)];
        assert_eq!(rates_in_force(&rates, month("2026-03"))["USD"].hkd, Figure(79));
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
