//! One rule of the split each.

use tidemark_model::kpi::Figure;

use super::super::{AllocationError, Driver, Party};
use super::{Draft, figure};

/// The example of the domain, section 4.
#[test]
fn the_domains_example_comes_out_to_the_cent() {
    let month = Draft::new(&[])
        .pool("all", "25000", "HKD", Driver::Invoices)
        .measure(Driver::Invoices, "HKG", "15000")
        .measure(Driver::Invoices, "SIN", "12000")
        .measure(Driver::Invoices, "SHA", "10000")
        .measure(Driver::Invoices, "SZX", "13000");
    assert_eq!(month.parts(), ["HKG 7500", "SHA 5000", "SIN 6000", "SZX 6500"]);
    let pool = month.try_allocate().unwrap().pools.remove(0);
    assert_eq!((pool.total, pool.amount), (figure("50000"), figure("25000")));
    let hong_kong = &pool.rows[0];
    assert_eq!((hong_kong.quantity, hong_kong.ratio.0), (figure("15000"), 300_000_000_000));
}

#[test]
fn the_last_cents_go_to_the_largest_remainders() {
    let month = Draft::new(&["HKG", "SIN", "SHA"]).pool("rent", "100", "HKD", Driver::Even);
    assert_eq!(month.parts(), ["HKG 33.34", "SHA 33.33", "SIN 33.33"]);
}

#[test]
fn a_credit_takes_back_what_the_charge_gave() {
    let month = Draft::new(&["HKG", "SIN", "SHA"]).pool("refund", "-100", "HKD", Driver::Even);
    assert_eq!(month.parts(), ["HKG -33.34", "SHA -33.33", "SIN -33.33"]);
}

#[test]
fn a_live_city_without_invoices_is_there_and_pays_nothing() {
    let month = Draft::new(&["SYD"]).pool("ai", "10", "HKD", Driver::Invoices).measure(Driver::Invoices, "HKG", "3");
    assert_eq!(month.parts(), ["HKG 10", "SYD 0"]);
}

#[test]
fn what_has_no_city_is_shown_unless_the_policy_spreads_it() {
    let month = Draft::new(&[])
        .pool("ai", "100", "HKD", Driver::DirectCost)
        .measure(Driver::DirectCost, "HKG", "60.5")
        .measure(Driver::DirectCost, "SIN", "20.25")
        .measure(Driver::DirectCost, "", "19.25");
    assert_eq!(month.parts(), ["HKG 60.5", "SIN 20.25", "unallocated 19.25 no_city"]);
    // 100 × 60.5 / 80.75 = 74.922..., 100 × 20.25 / 80.75 = 25.077...
    let spread = month.policy("[pools.ai]\nshared = \"spread\"");
    assert_eq!(spread.parts(), ["HKG 74.92", "SIN 25.08", "unallocated 0 spread"]);
}

#[test]
fn without_anything_to_split_by_the_whole_pool_is_unallocated() {
    let month = Draft::new(&["HKG", "SIN"]).pool("ai", "99.99", "HKD", Driver::Storage);
    assert_eq!(month.parts(), ["HKG 0", "SIN 0", "unallocated 99.99 no_quantity"]);
    assert_eq!(Draft::new(&[]).pool("ai", "1", "HKD", Driver::Even).parts(), ["unallocated 1 no_quantity"]);
    let unfixed = Draft::new(&["HKG"]).pool("rent", "1", "HKD", Driver::Fixed);
    assert_eq!(unfixed.parts(), ["HKG 0", "unallocated 1 no_quantity"]);
}

#[test]
fn a_share_below_zero_cannot_be_so_that_the_pool_stays_whole() {
    let month = Draft::new(&[])
        .pool("ai", "10", "HKD", Driver::DirectCost)
        .measure(Driver::DirectCost, "HKG", "5")
        .measure(Driver::DirectCost, "SIN", "-1");
    assert_eq!(month.parts(), ["HKG 0", "SIN 0", "unallocated 10 negative_quantity"]);
}

#[test]
fn weights_of_the_pool_go_before_those_of_the_policy() {
    let month = Draft::new(&[])
        .pool("ai", "100", "HKD", Driver::ActiveUsers)
        .measure(Driver::ActiveUsers, "HKG", "10")
        .measure(Driver::ActiveUsers, "SIN", "10")
        .policy("weights = { HKG = 3, SIN = 3 }\n[pools.ai]\nweights = { SIN = \"1.0\" }");
    assert_eq!(month.parts(), ["HKG 75", "SIN 25"]);
    let rows = &month.try_allocate().unwrap().pools[0].rows;
    assert_eq!((rows[0].measured, rows[0].weight, rows[0].quantity), (figure("10"), figure("3"), figure("30")));
}

#[test]
fn an_excluded_city_is_shown_with_what_it_did_and_pays_nothing() {
    let month = Draft::new(&["HKG", "SIN", "SYD"])
        .pool("ai", "90", "HKD", Driver::Invoices)
        .measure(Driver::Invoices, "HKG", "1")
        .measure(Driver::Invoices, "SIN", "2")
        .measure(Driver::Invoices, "SYD", "7");
    let month = month.policy("exclude = [\"SYD\"]");
    assert_eq!(month.parts(), ["HKG 30", "SIN 60", "SYD 0 excluded"]);
    assert_eq!(month.try_allocate().unwrap().pools[0].rows[2].measured, figure("7"));
    let only_here = month.policy("[pools.ai]\nexclude = [\"HKG\", \"SIN\"]");
    assert_eq!(only_here.parts(), ["HKG 0 excluded", "SIN 0 excluded", "SYD 90"]);
}

#[test]
fn percentages_leave_what_they_do_not_name() {
    let month = Draft::new(&["HKG", "SYD"])
        .pool("rent", "1000", "HKD", Driver::Even)
        .policy("weights = { HKG = 5 }\n[pools.rent]\ndriver = \"fixed\"\nfixed = { HKG = 60, SIN = 12.5 }");
    assert_eq!(month.parts(), ["HKG 600", "SIN 125", "SYD 0", "unallocated 275 not_fixed"]);
}

#[test]
fn a_bill_larger_than_the_usage_leaves_the_rest_idle() {
    let usage = |pool: &str, currency: &str| {
        let mut month = Draft::new(&[])
            .pool("ai", pool, currency, Driver::DirectCost)
            .measure(Driver::DirectCost, "HKG", "60")
            .measure(Driver::DirectCost, "", "20")
            .policy("[pools.ai]\ndriver = \"direct_cost\"\ncapacity = \"billed\"");
        month.rates.insert("USD".to_owned(), figure("7.8"));
        month
    };
    assert_eq!(usage("100", "HKD").parts(), ["HKG 60", "unallocated 20 no_city", "idle 20 unused"]);
    // USD 20 are HKD 156, of which 80 were used.
    assert_eq!(usage("20", "USD").parts(), ["HKG 60", "unallocated 20 no_city", "idle 76 unused"]);
    assert_eq!(usage("40", "HKD").parts(), ["HKG 30", "unallocated 10 no_city", "idle 0 unused"]);
}

#[test]
fn capacity_may_be_a_quantity_of_the_driver() {
    let month = Draft::new(&[])
        .pool("disk", "1000", "HKD", Driver::Storage)
        .measure(Driver::Storage, "HKG", "250")
        .policy("[pools.disk]\ncapacity = 1000");
    assert_eq!(month.parts(), ["HKG 250", "idle 750 unused"]);
}

#[test]
fn what_is_below_the_rounding_unit_stays_unallocated() {
    let month = Draft::new(&["HKG", "SIN"]).pool("ai", "10.017", "HKD", Driver::Even);
    assert_eq!(month.parts(), ["HKG 5.01", "SIN 5", "unallocated 0.007 below_unit"]);
    let credit = Draft::new(&["HKG", "SIN"]).pool("ai", "-10.017", "HKD", Driver::Even);
    assert_eq!(credit.parts(), ["HKG -5.01", "SIN -5", "unallocated -0.007 below_unit"]);
    let dollars = month.policy("rounding_unit = 1");
    assert_eq!(dollars.parts(), ["HKG 5", "SIN 5", "unallocated 0.017 below_unit"]);
}

#[test]
fn a_pool_in_another_currency_is_converted_once_to_the_unit() {
    let mut month = Draft::new(&["HKG", "SIN"]).pool("ai", "10.01", "USD", Driver::Even);
    month.rates.insert("USD".to_owned(), figure("7.85"));
    // 78.5785
    assert_eq!(month.parts(), ["HKG 39.29", "SIN 39.29"]);
    month.rates.insert("SGD".to_owned(), figure("5.8"));
    // 13.5480...
    assert_eq!(month.clone().policy("currency = \"SGD\"").parts(), ["HKG 6.78", "SIN 6.77"]);
    let pool = month.try_allocate().unwrap().pools.remove(0);
    assert_eq!((pool.billed, pool.billed_currency.as_str()), (figure("10.01"), "USD"));
}

#[test]
fn a_currency_without_a_rate_stops_the_month_and_is_named() {
    let month = Draft::new(&["HKG"]).pool("ai", "1", "USD", Driver::Even);
    let error = month.try_allocate().unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no rate of USD for 2026-03: pool \"ai\" cannot be allocated without it; import one"
    );
}

#[test]
fn figures_that_do_not_fit_are_an_error_and_no_panic() {
    let too_large = |month: &Draft| matches!(month.try_allocate(), Err(AllocationError::TooLarge { .. }));
    let mut month = Draft::new(&["HKG"]).pool("ai", "1", "HKD", Driver::Invoices);
    let mut most = month.clone().measure(Driver::Invoices, "HKG", "1");
    most.measures[0].quantity.0 = i128::MAX;
    assert!(!too_large(&most));
    assert!(too_large(&most.clone().measure(Driver::Invoices, "SIN", "1")));
    assert!(too_large(&most.clone().measure(Driver::Invoices, "HKG", "1")));
    assert!(too_large(&most.policy("weights = { HKG = 2 }")));
    month.pools.get_mut("ai").unwrap().amount.0 = i128::MIN;
    assert!(!too_large(&month.clone().measure(Driver::Invoices, "HKG", "1")));
    let mut converted = Draft::new(&["HKG"]).pool("ai", "900000000000000000", "USD", Driver::Even);
    converted.rates.insert("USD".to_owned(), Figure(i128::MAX));
    assert!(too_large(&converted));
}

#[test]
fn statements_show_pools_in_the_policys_order() {
    let month = Draft::new(&["HKG"])
        .pool("a", "1", "HKD", Driver::Even)
        .pool("b", "1", "HKD", Driver::Even)
        .pool("c", "1", "HKD", Driver::Even)
        .policy("order = [\"c\"]");
    let order: Vec<String> = month.try_allocate().unwrap().pools.into_iter().map(|pool| pool.pool).collect();
    assert_eq!(order, ["c", "a", "b"]);
}

#[test]
fn a_code_that_the_group_does_not_have_is_a_city() {
    let month = Draft::new(&[]).pool("ai", "5", "HKD", Driver::Invoices).measure(Driver::Invoices, "XXX", "1");
    assert_eq!(month.try_allocate().unwrap().pools[0].rows[0].party, Party::city("XXX"));
}
