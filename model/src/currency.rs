//! Currencies: how many digits after the point an amount has when it is paid.
//!
//! Source: ISO 4217, list one, column "minor unit", as of 2024. A currency without a minor unit is paid in whole ones.

/// Currencies that have no minor unit.
const WHOLE: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];

/// Currencies whose minor unit is a thousandth.
const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Digits after the point of an amount in a currency, by its ISO 4217 code; 2 of one that is not known here.
#[must_use]
pub fn minor_digits(currency: &str) -> u8 {
    if WHOLE.contains(&currency) {
        0
    } else if THOUSANDTHS.contains(&currency) {
        3
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::CITIES;

    #[test]
    fn three_cities_pay_in_whole_units() {
        let whole: Vec<&str> =
            CITIES.iter().filter(|city| minor_digits(city.currency) == 0).map(|city| city.code).collect();
        assert_eq!(whole, ["TYO", "SEL", "SGN"]);
        assert!(CITIES.iter().all(|city| [0, 2].contains(&minor_digits(city.currency))));
        assert_eq!((minor_digits("KWD"), minor_digits("USD"), minor_digits("ZZZ")), (3, 2, 2));
    }
}
