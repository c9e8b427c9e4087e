//! Exchange rates to HKD that hold until finance imports its own.
//!
//! Stated rates, not market data: one for each currency of the cities and of the services, exact.

use crate::kpi::Figure;

/// What one unit of a currency is in HKD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// ISO 4217.
    pub currency: &'static str,
    /// HKD for one unit.
    pub hkd: Figure,
}

/// The stated rates.
pub const RATES: [Rate; 10] = [
    rate("HKD", 1_000_000_000),
    rate("USD", 7_800_000_000),
    rate("SGD", 5_800_000_000),
    rate("CNY", 1_080_000_000),
    rate("TWD", 242_000_000),
    rate("JPY", 52_000_000),
    rate("KRW", 5_700_000),
    rate("THB", 215_000_000),
    rate("VND", 305_000),
    rate("AUD", 5_100_000_000),
];

const fn rate(currency: &'static str, billionths: i128) -> Rate {
    Rate { currency, hkd: Figure(billionths) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::CITIES;

    #[test]
    fn every_citys_currency_has_one_rate() {
        for city in CITIES {
            assert_eq!(RATES.iter().filter(|rate| rate.currency == city.currency).count(), 1, "{}", city.currency);
        }
    }
}
