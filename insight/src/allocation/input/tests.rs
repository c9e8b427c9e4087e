//! Files as people make them, right and wrong.

use super::*;
use crate::allocation::Driver;
use crate::allocation::policy::{Capacity, Shared};

fn problems(read: Result<impl std::fmt::Debug, Problems>) -> Vec<String> {
    read.unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_from_a_spreadsheet_is_read() {
    let file = "\u{feff}month,pool,amount,currency,driver\r\n\
                2026-03,\"AI, all models\", 12345.678901234 ,HKD,direct_cost\r\n\r\n2026-03,storage,-5,USD,storage\r\n";
    let rows = read_pools(file.as_bytes()).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].pool, "AI, all models");
    assert_eq!(rows[0].amount.to_string(), "12345.678901234");
    assert_eq!((rows[1].driver, rows[1].amount.to_string().as_str()), (Driver::Storage, "-5"));
}

#[test]
fn every_problem_of_a_file_is_said_with_its_line() {
    let file = "month,pool,amount,currency,driver\n\
                2026-3,ai,\"1,000\",HKD,invoices\n\
                \n\
                2026-03,\"two\nlines\",5,hkd,headcount\n\
                2026-03,ai,5,HKD,invoices\n\
                2026-03,ai,6,HKD,invoices\n\
                2026-03,ai,6,HKD\n\
                2026-03,,1e3,HKD,even\n";
    assert_eq!(
        problems(read_pools(file.as_bytes())),
        [
            "line 2, month: not a month from 2000-01 to 2199-12, written YYYY-MM",
            "line 2, amount: not a plain decimal number",
            "line 4, pool: must be at most 64 characters on one line",
            "line 4, currency: not a currency code, such as HKD",
            "line 4, driver: not a driver: invoices, direct_cost, storage, active_users, fixed or even",
            "line 7: says the same as line 6 again: keep one of them",
            "line 8: 4 values, 5 are expected: month,pool,amount,currency,driver",
            "line 9, pool: must not be empty",
            "line 9, amount: not a plain decimal number",
        ]
    );
}

#[test]
fn a_file_without_the_header_or_without_rows_is_refused() {
    let header = ["line 1: the header must be month,currency,rate_to_hkd"];
    assert_eq!(problems(read_rates(b"currency,month,rate_to_hkd\nUSD,2026-03,7.8\n")), header);
    assert_eq!(problems(read_rates(b"month;currency;rate_to_hkd\n2026-03;USD;7.8\n")), header);
    let nothing = ["line 1: no rows: the header month,currency,rate_to_hkd and at least one row are expected"];
    assert_eq!(problems(read_rates(b"month,currency,rate_to_hkd\n")), nothing);
    assert_eq!(problems(read_rates(b"")), nothing);
}

#[test]
fn bytes_that_are_no_text_are_a_problem_of_their_column() {
    let big5 = b"month,pool,amount,currency,driver\n2026-03,\xa4\xa4,5,HKD,even\n";
    assert_eq!(problems(read_pools(big5)), ["line 2, pool: not UTF-8: save the file as CSV UTF-8"]);
}

#[test]
fn rates_are_above_zero_and_the_hkd_is_one() {
    let rates = |rows: &str| read_rates(format!("month,currency,rate_to_hkd\n{rows}").as_bytes());
    assert_eq!(rates("2026-03,USD,7.812345678\n2026-03,HKD,1.0").unwrap()[0].rate_to_hkd.to_string(), "7.812345678");
    assert_eq!(problems(rates("2026-03,USD,0\n2026-03,HKD,1.01\n2026-04,USD,-7.8")).len(), 3);
    let too_fine = ["line 2, rate_to_hkd: more than 18 digits before or 9 after the point"];
    assert_eq!(problems(rates("2026-03,VND,0.0003051234")), too_fine);
}

#[test]
fn budgets_and_prices_are_read() {
    let budgets = b"month,city,category,amount,currency\n2026-03,HKG,ai,100,HKD\n2026-03,hk,ai,-1,HKD\n";
    assert_eq!(
        problems(read_budgets(budgets)),
        ["line 3, city: not a city code, such as HKG", "line 3, amount: must not be negative"]
    );
    assert_eq!(read_budgets(&budgets[..budgets.len() - 22]).unwrap()[0].amount.to_string(), "100");
    let prices = "effective_from,service,model,meter,unit_price,currency\n\
                  2026-03-01,llm,,llm.tokens_in,0.0000025,USD\n2026-03-01,llm,large,llm.tokens_in,0.00001,USD\n";
    let rows = read_prices(prices.as_bytes()).unwrap();
    assert_eq!((rows[0].model.as_deref(), rows[1].model.as_deref()), (None, Some("large")));
    assert_eq!(rows[0].unit_price.to_string(), "0.0000025");
    let wrong = prices.replace("2026-03-01,llm,,", "+2026-3-1,llm,,");
    assert_eq!(problems(read_prices(wrong.as_bytes())), ["line 2, effective_from: not a day, written YYYY-MM-DD"]);
}

const POLICY: &str = r#"
version = "2026-2"
effective_from = "2026-07"
currency = "USD"
rounding_unit = "0.05"
order = ["infrastructure", "ai"]
exclude = ["SYD"]
weights = { SIN = 1.5 }

[pools.ai]
driver = "direct_cost"
capacity = "billed"
shared = "spread"

[pools.rent]
driver = "fixed"
fixed = { HKG = 60, SIN = "12.5" }

[pools."AI, old".weights]
HKG = 2
"#;

#[test]
fn a_policy_is_read_as_it_is_written() {
    let policy = read_policy(POLICY.as_bytes()).unwrap();
    assert_eq!((policy.version.as_str(), policy.effective_from.to_string().as_str()), ("2026-2", "2026-07"));
    assert_eq!((policy.currency.as_str(), policy.unit.to_string().as_str()), ("USD", "0.05"));
    assert_eq!(policy.order, ["infrastructure", "ai"]);
    assert_eq!(policy.weights["SIN"].to_string(), "1.5");
    let ai = &policy.pools["ai"];
    assert_eq!((ai.driver, ai.capacity, ai.shared), (Some(Driver::DirectCost), Some(Capacity::Billed), Shared::Spread));
    assert_eq!(policy.pools["rent"].fixed["SIN"].to_string(), "12.5");
    assert_eq!(policy.pools["AI, old"].weights["HKG"].to_string(), "2");
}

#[test]
fn every_problem_of_a_policy_is_said_with_its_line() {
    let file = r#"version = "standard"
rounding_unit = 0
exclude = ["SYD", "syd", "SYD"]
weights = { SIN = -1, HKG = 1e3 }
colour = "red"
[pools.ai]
driver = "headcount"
capacity = "billed"
[pools.rent]
driver = "fixed"
fixed = { HKG = 60, SYD = 50 }
weights = { HKG = 2 }
shared = "hide"
[pools.disk]
driver = "fixed"
[pools.old]
fixed = { HKG = 1 }
order = true
"#;
    assert_eq!(
        problems(read_policy(file.as_bytes())),
        [
            "line 1, effective_from: is missing",
            "line 1, version: is the name of the policy that holds without one",
            "line 2, rounding_unit: must be more than 0",
            "line 3, exclude: not a city code, such as HKG",
            "line 3, exclude: names the same twice",
            "line 4, weights.SIN: must not be negative",
            "line 4, weights.HKG: not a plain decimal number",
            "line 5, colour: there is no such key; there are version, effective_from, currency, rounding_unit, order, \
             exclude, weights, pools",
            "line 7, pools.ai.driver: not a driver: invoices, direct_cost, storage, active_users, fixed or even",
            "line 8, pools.ai.capacity: \"billed\" compares the bill with what usage cost: it needs driver = \
             \"direct_cost\"",
            "line 11, pools.rent.fixed: the percentages add up to more than 100",
            "line 11, pools.rent.fixed: SYD is excluded from every pool",
            "line 12, pools.rent.weights: does not go with fixed percentages",
            "line 13, pools.rent.shared: \"show\" or \"spread\" is expected",
            "line 13, pools.rent.shared: does not go with fixed percentages",
            "line 15, pools.disk.driver: \"fixed\" needs percentages in the key fixed",
            "line 17, pools.old.fixed: percentages need driver = \"fixed\"",
            "line 18, pools.old.order: there is no such key; there are driver, exclude, weights, fixed, capacity, shared",
        ]
    );
}

#[test]
fn what_is_no_toml_is_said_with_its_line() {
    let found = problems(read_policy(b"version = \"1\"\neffective_from = 2026-07\n"));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("line 2: not TOML: "), "{found:?}");
}
