//! Packs as values: what is frozen comes back, what was changed is found, and packs of earlier releases come out to the
//! byte.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use tidemark_model::close::MANIFEST;
use tidemark_model::kpi::Figure;
use tidemark_model::month::Month;

use super::files::{Files, read_allocation, read_inputs, write_allocation, write_inputs};
use super::manifest::{Difference, Manifest, PackedFile};
use super::packs::{ClosedMonth, closed_month};
use super::prepare::{Frozen, Pack, assemble};
use super::reproduce::{Earlier, Finding, Reproduced, again};
use super::today::{Arrears, differences};
use super::{PackHash, Register, Step};
use crate::allocation::allocate::CostPool;
use crate::allocation::{Driver, Measure, MonthInputs, Policy, parts};

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// A month with one pool, split by invoices.
fn inputs(of: &str, amount: i128, invoices: &[(&str, i128)]) -> MonthInputs {
    let pool = CostPool { amount: Figure(amount), currency: "HKD".to_owned(), driver: Driver::Invoices };
    let measure = |(city, count): &(&str, i128)| Measure {
        driver: Driver::Invoices,
        city: Some((*city).to_owned()),
        quantity: Figure(count * 1_000_000_000),
    };
    MonthInputs {
        month: month(of),
        pools: BTreeMap::from([("platform".to_owned(), pool)]),
        measures: invoices.iter().map(measure).collect(),
        live: invoices.iter().map(|(city, _)| (*city).to_owned()).collect(),
        rates: BTreeMap::new(),
        policy: Policy::standard(),
        document: None,
    }
}

/// Months that were closed.
#[derive(Debug, Default)]
struct Closed {
    register: Register,
    months: BTreeMap<Month, ClosedMonth>,
}

impl Closed {
    /// Closes a month, with what earlier ones are made of now.
    fn close(&mut self, of: MonthInputs, now: &[MonthInputs]) -> (PackHash, Files) {
        let adjustments = differences(&self.months, now).unwrap();
        let inputs = now.iter().filter(|of| adjustments.iter().any(|adjustment| adjustment.share.period == of.month));
        let arrears = Arrears { inputs: inputs.cloned().collect(), adjustments };
        let previous = self.register.last().map(|(_, closed)| closed.pack);
        let (closed, pack) = (of.month, assemble(of, arrears, Frozen { previous, ..Frozen::default() }).unwrap());
        let files = with_manifest(&pack);
        self.take(closed, pack.manifest.hash(), &files);
        (pack.manifest.hash(), files)
    }

    fn take(&mut self, month: Month, pack: PackHash, files: &Files) {
        self.register.take(Step::Prepare { month, pack, by: "ada".to_owned() }).unwrap();
        self.register.take(Step::Approve { month, pack, by: "bob".to_owned() }).unwrap();
        self.months.insert(month, closed_month(pack, files.clone()).unwrap());
    }

    fn again(&self, of: &str, pack: PackHash, files: &Files) -> Reproduced {
        let months = self.months.range(..month(of)).map(|(month, closed)| (*month, closed.clone())).collect();
        again(month(of), pack, files.clone(), &Earlier { months: &months, register: &self.register })
    }
}

fn with_manifest(pack: &Pack) -> Files {
    let manifest = (MANIFEST.to_owned(), pack.manifest.to_string());
    pack.files.clone().into_iter().chain([manifest]).collect()
}

/// Two closed months, the second with adjustments of the first; the second's pack.
fn two() -> (Closed, PackHash, Files) {
    let mut closed = Closed::default();
    closed.close(inputs("2026-03", 10_000_000_000, &[("HKG", 1), ("SIN", 1)]), &[]);
    let now = inputs("2026-03", 10_000_000_000, &[("HKG", 1), ("SIN", 3)]);
    let (pack, files) = closed.close(inputs("2026-04", 7_000_000_000, &[("HKG", 2)]), &[now]);
    (closed, pack, files)
}

#[test]
fn a_pack_is_reproduced_from_itself_and_those_before_it() {
    let (closed, pack, files) = two();
    let booked = "period,pool,city,currency,booked,now,amount\n\
                  2026-03,platform,HKG,HKD,5,2.5,-2.5\n2026-03,platform,SIN,HKD,5,7.5,2.5\n";
    assert_eq!(files["adjustments.csv"], booked);
    let expected = Reproduced { pack, files: files.clone(), findings: vec![] };
    assert_eq!(closed.again("2026-04", pack, &files), expected);
}

#[test]
fn every_change_of_a_pack_is_found() {
    let (closed, pack, files) = two();
    let findings = |change: &dyn Fn(&mut Files)| {
        let mut files = files.clone();
        change(&mut files);
        closed.again("2026-04", pack, &files).findings
    };
    let live = Finding::File(Difference::Missing("live.csv".to_owned()));
    let not_computed = Finding::NotComputed("\"live.csv\" is missing".to_owned());
    assert_eq!(findings(&|files| drop(files.remove("live.csv"))), [live, not_computed]);
    let unknown = Finding::File(Difference::Unknown("more.csv".to_owned()));
    assert_eq!(findings(&|files| drop(files.insert("more.csv".to_owned(), String::new()))), [unknown]);
    let manifest = findings(&|files| drop(files.remove(MANIFEST)));
    assert_eq!(manifest[0], Finding::Manifest("its SHA-256 is not the pack's".to_owned()));
    let amount = findings(&|files| {
        let changed = files["allocation.csv"].replace(",HKG,", ",SIN,");
        files.insert("allocation.csv".to_owned(), changed);
    });
    let bytes = Finding::File(Difference::Changed("allocation.csv".to_owned()));
    assert_eq!(amount, [bytes, Finding::Figures { file: "allocation.csv", line: 2 }]);
}

#[test]
fn figures_that_come_out_otherwise_are_found_though_every_hash_fits() {
    let (closed, _, mut files) = two();
    let measured = files["drivers.csv"].replace("2026-03,invoices,SIN,3", "2026-03,invoices,SIN,1");
    files.insert("drivers.csv".to_owned(), measured);
    let mut manifest = Manifest::read(&files[MANIFEST]).unwrap();
    manifest.files.insert("drivers.csv".to_owned(), PackedFile::of(files["drivers.csv"].as_bytes()));
    files.insert(MANIFEST.to_owned(), manifest.to_string());
    let found = closed.again("2026-04", manifest.hash(), &files);
    assert_eq!(found.findings, [Finding::Figures { file: "adjustments.csv", line: 2 }]);
    assert_eq!(found.files["adjustments.csv"], "period,pool,city,currency,booked,now,amount\n");
}

#[test]
fn a_pack_belongs_after_the_one_that_it_names() {
    let (closed, pack, files) = two();
    let mut other = Closed::default();
    other.close(inputs("2026-03", 1, &[("HKG", 1)]), &[]);
    let chain = Finding::Manifest("the month before was closed with another pack".to_owned());
    let found = Closed { register: other.register, ..closed }.again("2026-04", pack, &files).findings;
    assert_eq!(found, [chain]);
}

#[test]
fn packs_of_earlier_releases_come_out_to_the_byte() {
    // Names by `sha256sum manifest`. A pack that does not come out again is a defect of this release, never of the pack.
    let packs = [
        ("2026-03", "d3da75c62a5c7bb9d8b37f9f4907d42cc6ca7351ebed783ad214576f31db3490"),
        ("2026-04", "4d9fabde13570885624d499bcd908d96d42e4711ef7ee7241c46a2a90504fc88"),
    ];
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("src/close/golden");
    let mut closed = Closed::default();
    for (of, name) in packs {
        let (pack, files): (PackHash, Files) = (name.parse().unwrap(), read_folder(folder.join(of)));
        let found = closed.again(of, pack, &files);
        assert_eq!(found, Reproduced { pack, files: files.clone(), findings: vec![] }, "{of}");
        closed.take(month(of), pack, &files);
    }
    assert!(closed.months.values().any(|month| !month.adjustments.is_empty()));
}

fn read_folder(folder: PathBuf) -> Files {
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
    };
    std::fs::read_dir(folder).unwrap().map(file).collect()
}

prop_compose! {
    fn any_inputs()(
        pools in btree_map("[^\\p{Cc}]{1,8}", (any::<i128>(), 0_usize..6), 1..4),
        measures in vec((0_usize..6, prop::option::of("[^\\p{Cc}]{1,8}"), any::<i128>()), 0..6),
        live in btree_set("[A-Z]{3}", 0..4),
        rates in btree_map("[A-Z]{3}", any::<i128>(), 0..4),
    ) -> MonthInputs {
        let pool = |(amount, driver): (i128, usize)| CostPool {
            amount: Figure(amount), currency: "HKD".to_owned(), driver: Driver::ALL[driver],
        };
        let measure = |(driver, city, quantity): (usize, Option<String>, i128)| Measure {
            driver: Driver::ALL[driver], city, quantity: Figure(quantity),
        };
        MonthInputs {
            month: month("2026-03"),
            pools: pools.into_iter().map(|(name, of)| (name, pool(of))).collect(),
            measures: measures.into_iter().map(measure).collect(),
            live,
            rates: rates.into_iter().map(|(currency, rate)| (currency, Figure(rate))).collect(),
            policy: Policy::standard(),
            document: None,
        }
    }
}

proptest! {
    #[test]
    fn what_is_frozen_comes_back_whatever_the_order_in_which_it_was_measured(mut of in any_inputs()) {
        let files = write_inputs(std::slice::from_ref(&of));
        let mut found = read_inputs(&files).unwrap().remove(&of.month).unwrap();
        of.measures.reverse();
        prop_assert_eq!(&write_inputs(std::slice::from_ref(&of)), &files);
        let order = |measure: &Measure| (measure.driver, measure.city.clone(), measure.quantity);
        of.measures.sort_by_key(order);
        found.measures.sort_by_key(order);
        prop_assert_eq!(&found, &of);
        if let Ok(allocation) = of.allocate() {
            let parts = parts(&allocation);
            let file = (super::files::ALLOCATION.to_owned(), write_allocation(of.month, &parts));
            prop_assert_eq!(read_allocation(&Files::from([file])).unwrap(), parts);
        }
    }

    #[test]
    fn any_closes_are_reproduced_and_add_up_to_today(
        late in vec((0_usize..3, 0_usize..3, 1_i128..9), 0..12),
        amounts in vec(-1_000_000_000_000_i128..1_000_000_000_000, 3),
    ) {
        // Three months are closed; before each close, a third of the late invoices has come.
        let (names, cities) = (["2026-01", "2026-02", "2026-03"], ["HKG", "SIN", "SHA"]);
        let mut closed = Closed::default();
        let mut invoices: [Vec<(&str, i128)>; 3] = Default::default();
        let mut packs = Vec::new();
        for turn in 0..names.len() {
            for (of, city, count) in late.iter().skip(turn).step_by(names.len()) {
                invoices[*of].push((cities[*city], *count));
            }
            let of = |place: usize| inputs(names[place], amounts[place], &invoices[place]);
            let now: Vec<MonthInputs> = (0..turn).map(of).collect();
            packs.push(closed.close(of(turn), &now));
        }
        let today: Vec<MonthInputs> = (0..names.len()).map(|of| inputs(names[of], amounts[of], &invoices[of])).collect();
        for (name, (pack, files)) in names.iter().zip(&packs) {
            prop_assert_eq!(closed.again(name, *pack, files).findings, []);
        }
        let open: BTreeSet<Month> =
            differences(&closed.months, &today).unwrap().into_iter().map(|adjustment| adjustment.share.period).collect();
        // Nothing came after the last close, so that only months whose turn came in between could still move.
        prop_assert!(open.is_empty());
    }
}
