//! Any month: its parts add up, and the order in which its facts come changes nothing.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tidemark_model::kpi::Figure;

use super::super::{Driver, Measure};
use super::{Draft, figure};

const CITIES: [&str; 5] = ["HKG", "SIN", "SHA", "SYD", "XXX"];

const POLICIES: [&str; 4] = [
    "",
    "exclude = [\"SYD\"]\nweights = { HKG = 1.5, SHA = 0.333333333 }",
    "rounding_unit = \"0.05\"\n[pools.b]\ndriver = \"fixed\"\nfixed = { HKG = 33.3, SIN = 12.345 }",
    "currency = \"SGD\"\n[pools.a]\nshared = \"spread\"\n[pools.c]\ndriver = \"direct_cost\"\ncapacity = \"billed\"",
];

fn measures() -> impl Strategy<Value = Vec<Measure>> {
    let city = proptest::option::weighted(0.9, select(&CITIES[..]));
    let measure = (select(&Driver::ALL[..]), city, -1_000_i128..1_000_000_000_000);
    vec(measure, 0..40).prop_map(|measures| {
        let measure = |(driver, city, quantity): (_, Option<&str>, _)| Measure {
            driver,
            city: city.map(str::to_owned),
            quantity: Figure(quantity),
        };
        measures.into_iter().map(measure).collect()
    })
}

proptest! {
    #[test]
    fn parts_add_up_and_the_order_of_the_facts_does_not_count(
        amounts in vec(-1_000_000_000_000_000_000_i128..1_000_000_000_000_000_000, 3),
        drivers in vec(select(&Driver::ALL[..]), 3),
        currencies in vec(select(&["HKD", "USD", "SGD"][..]), 3),
        measures in measures(),
        live in vec(select(&CITIES[..]), 0..5),
        policy in select(&POLICIES[..]),
        swaps in vec((any::<Index>(), any::<Index>()), 40),
    ) {
        let mut month = Draft::new(&live);
        for (i, name) in ["a", "b", "c"].into_iter().enumerate() {
            month = month.pool(name, "0", currencies[i], drivers[i]);
            month.pools.get_mut(name).unwrap().amount = Figure(amounts[i]);
        }
        month.rates.insert("USD".to_owned(), figure("7.812345678"));
        month.rates.insert("SGD".to_owned(), figure("5.8"));
        month.measures = measures;
        month = month.policy(policy);
        let allocation = month.try_allocate().unwrap();
        for pool in &allocation.pools {
            prop_assert_eq!(pool.rows.iter().map(|row| row.amount.0).sum::<i128>(), pool.amount.0);
            prop_assert_eq!(pool.rows.iter().map(|row| row.quantity.0).sum::<i128>(), pool.total.0);
            prop_assert_eq!(pool.rows.iter().map(|row| row.ratio.0).sum::<i128>(), 1_000_000_000_000);
            prop_assert!(pool.rows.iter().all(|row| row.ratio.0 >= 0));
            prop_assert!(pool.rows.is_sorted_by(|one, next| one.party < next.party));
        }
        let mut permuted = month.clone();
        for (one, other) in swaps.iter().filter(|_| !month.measures.is_empty()) {
            let last = permuted.measures.len();
            permuted.measures.swap(one.index(last), other.index(last));
        }
        prop_assert_eq!(format!("{allocation:?}"), format!("{:?}", permuted.try_allocate().unwrap()));
    }
}
