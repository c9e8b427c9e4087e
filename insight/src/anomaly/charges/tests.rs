//! Whether errors are found among simulated invoices, and whether what is said does not depend on order.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tidemark_model::kpi::Figure;

use super::*;
use crate::anomaly::finding::{Finding, Kind, Severity};

mod simulated;

use simulated::{Invoices, PER_DAY, Planted};

fn rates() -> Rates {
    simulated::CURRENCIES.iter().map(|(code, _, hkd)| ((*code).to_owned(), Figure(*hkd))).collect()
}

/// Found and all charges of each planted kind.
type Counts = BTreeMap<Planted, (u32, u32)>;

/// Counts how many planted charges are among a day's first hundredth by p-value.
fn count(batch: &Batch<'_>, planted: &BTreeMap<(&str, u32), Planted>, counts: &mut Counts) {
    let num_alerts = batch.judged.len() / 100;
    for (rank, judged) in batch.judged.iter().enumerate() {
        if let Some(kind) = planted.get(&(judged.line.invoice_id, judged.line.line)) {
            let count = counts.entry(*kind).or_default();
            count.0 += u32::from(rank < num_alerts);
            count.1 += 1;
        }
    }
}

fn recall(counts: &Counts, of: impl Fn(Planted) -> bool) -> f64 {
    let chosen = counts.iter().filter(|(kind, _)| of(**kind)).map(|(_, count)| *count);
    let (found, all) = chosen.fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    f64::from(found) / f64::from(all)
}

/// A number from the environment, for longer runs by hand.
fn asked(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Days after which what is usual is learnt again.
const DAYS_KNOWN: u64 = 5;

/// Judges `num_days` days after `num_past` days, and counts what was found.
fn run(seed: u64, num_past: u64, num_days: u64) -> Counts {
    let (rates, num_forwarders) = (rates(), asked("CHARGES_FORWARDERS", 8));
    let (mut counts, mut named) = (Counts::new(), (0, 0));
    for first in (num_past..num_past + num_days).step_by(DAYS_KNOWN as usize) {
        let past = Invoices::clean(seed, num_forwarders, 0, first * PER_DAY);
        let past = past.lines();
        let baseline = Baseline::learn(&past);
        for day in first..first + DAYS_KNOWN {
            let today = Invoices::with_errors(seed, num_forwarders, day * PER_DAY, PER_DAY);
            let (lines, planted) = (today.lines(), today.planted());
            let batch = judge_batch(&baseline, &lines, &rates);
            count(&batch, &planted, &mut counts);
            let real = |of: &&Judged<'_>| planted.contains_key(&(of.line.invoice_id, of.line.line));
            named.0 += batch.judged[..batch.num_named].iter().filter(real).count();
            named.1 += batch.num_named;
        }
    }
    println!("seed {seed}: {num_past} days past, {num_days} judged: {counts:?}; planted among named {named:?}");
    counts
}

/// A sixth of the demo's forwarders and of a year's invoices: as many charges in a group as a year has.
#[test]
fn gross_errors_and_raised_tariffs_are_among_a_days_first_hundredth() {
    for seed in 1..=asked("CHARGES_SEEDS", 2) {
        let counts = run(seed, asked("CHARGES_PAST_DAYS", 60), asked("CHARGES_DAYS", 5));
        let gross = recall(&counts, |kind| kind != Planted::RaisedTariff);
        let raised = recall(&counts, |kind| kind == Planted::RaisedTariff);
        println!("seed {seed}: recall at 1 % alerts: gross errors {gross:.3}, raised tariffs {raised:.3}");
        assert!(gross >= 0.95, "seed {seed}: gross errors {gross}: {counts:?}");
        assert!(raised >= 0.60, "seed {seed}: raised tariffs {raised}: {counts:?}");
    }
}

fn line(invoice_id: &'static str, code: &'static str, amount: i64) -> Line<'static> {
    let amount = Figure(i128::from(amount) * 1_000_000_000);
    Line {
        invoice_id,
        line: 0,
        city: "HKG",
        forwarder: "harbour-pacific",
        code,
        currency: "HKD",
        lane: None,
        amount,
        at: 0,
    }
}

/// 412 charges of freight from 9,000 to 11,000, and as many of one tariff.
fn past() -> Vec<Line<'static>> {
    let days = |nth: i64| nth * 180 * tidemark_model::time::DAY / 412;
    let freight = (0..412).map(|nth| Line { at: days(nth), ..line(past_id(nth), "FRT", 9_000 + nth * 37 % 2_001) });
    let tariff = (0..412).map(|nth| Line { at: days(nth), ..line(past_id(nth), "DOC", 450) });
    freight.chain(tariff).collect()
}

/// The id of one of 412 past invoices.
fn past_id(nth: i64) -> &'static str {
    static IDS: std::sync::LazyLock<Vec<String>> =
        std::sync::LazyLock::new(|| (0..412).map(|nth| format!("old-{nth}")).collect());
    &IDS[nth as usize]
}

fn findings(lines: &[Line<'_>]) -> Vec<Finding> {
    judge_batch(&Baseline::learn(&past()), lines, &rates()).findings()
}

#[test]
fn a_charge_is_explained_so_that_a_person_can_check_it() {
    let found = findings(&[line("a", "FRT", 99_200), line("b", "FRT", 10_100), line("c", "DOC", 450)]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].kind, found[0].severity, found[0].subject.as_str()),
        (Kind::DecimalShift, Severity::Act, "a#0")
    );
    // The median of 9000 + nth·37 mod 2001 over 412 charges, between the two middle ones by ratio: Python.
    let start = "FRT of harbour-pacific is HKD 99,200.00: 9.97 times the median 9,954.50, usual ";
    assert!(found[0].explanation.starts_with(start), "{}", found[0].explanation);
    let end = " by 412 charges of 180 days; looks as if its decimal point were 1 place too far to the right";
    assert!(found[0].explanation.ends_with(end), "{}", found[0].explanation);
    let beyond = found[0].observed.0 - found[0].upper.unwrap().0;
    assert_eq!(found[0].money_at_risk, Some(Figure(beyond)));
}

#[test]
fn a_tariff_that_is_another_one_is_named_though_its_spread_is_zero() {
    let found = findings(&[line("a", "DOC", 540), line("b", "DOC", 540), line("c", "DOC", 450)]);
    assert_eq!(found.len(), 1);
    let expected = "DOC of harbour-pacific is HKD 540.00: 1.20 times the tariff 450.00 by 412 charges of 180 days; \
                    1 more are the same: a new price, or the same error each time";
    assert_eq!(found[0].explanation, expected);
    // Twice 540 - 450.
    assert_eq!(found[0].money_at_risk, Some(Figure(180_000_000_000)));
}

#[test]
fn a_line_that_is_there_twice_is_at_risk_as_a_whole() {
    let found = findings(&[line("a", "DOC", 450), Line { line: 1, ..line("a", "DOC", 450) }, line("b", "DOC", 450)]);
    assert_eq!(
        found.iter().map(|of| (of.kind, of.subject.as_str())).collect::<Vec<_>>(),
        [(Kind::RepeatedLine, "a#1")]
    );
    assert_eq!(found[0].money_at_risk, Some(Figure(450_000_000_000)));
}

#[test]
fn a_code_that_is_new_for_a_forwarder_and_a_credit_are_judged_without_a_spread() {
    let found = findings(&[line("a", "DEMURRAGE", 7), line("b", "FRT", -10_000)]);
    let mut kinds: Vec<Kind> = found.iter().map(|of| of.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [Kind::NewCharge, Kind::OtherSign]);
}

#[test]
fn nothing_is_said_where_nothing_is_known() {
    let baseline = Baseline::learn(&[]);
    let rates = rates();
    let lines = [line("a", "FRT", 1), line("b", "FRT", -1)];
    let batch = judge_batch(&baseline, &lines, &rates);
    assert_eq!(batch.num_named, 0);
    assert!(batch.judged.iter().all(|of| of.p_value == 1.0 && of.usual.is_none()));
}

#[test]
fn prices_of_a_lane_are_judged_by_that_lane_when_enough_are_known() {
    let cheap = (0..60).map(|nth| Line { lane: Some("HKG-SGN"), ..line("old", "FRT", 1_000 + nth % 50) });
    let dear = (0..60).map(|nth| Line { lane: Some("HKG-LGB"), ..line("old", "FRT", 9_000 + 7 * (nth % 50)) });
    let past: Vec<Line<'static>> = cheap.chain(dear).collect();
    let rates = rates();
    let asked =
        [Line { lane: Some("HKG-SGN"), ..line("a", "FRT", 9_100) }, Line { lane: None, ..line("b", "FRT", 9_100) }];
    let batch = judge_batch(&Baseline::learn(&past), &asked, &rates);
    assert_eq!(batch.judged[0].line.invoice_id, "a");
    assert!(batch.judged[0].p_value < 1e-6 && batch.judged[1].p_value > 0.05);
    // 9,100 over the median of 1,000 + nth mod 50 over 60 charges, 1,019.50 by statistics.median in Python.
    let words = batch.finding(&batch.judged[0]).explanation;
    let start = "FRT of harbour-pacific, HKG-SGN, is HKD 9,100.00: 8.93 times the median 1,019.50, usual ";
    assert!(words.starts_with(start), "{words}");
    assert!(words.contains(" by 60 charges of 1 days on this route"), "{words}");
    assert!(!batch.finding(&batch.judged[1]).explanation.contains("route"));
}

#[test]
fn a_price_of_another_route_is_off_the_routes_own_list() {
    let of = |lane, amount, num| (0..num).map(move |_| Line { lane: Some(lane), ..line("old", "DOC", amount) });
    let past: Vec<Line<'static>> = of("HKG-SGN", 450, 100).chain(of("HKG-LGB", 900, 300)).collect();
    let asked = |id, lane| Line { lane: Some(lane), ..line(id, "DOC", 900) };
    let (rates, baseline) = (rates(), Baseline::learn(&past));
    let found = judge_batch(&baseline, &[asked("a", "HKG-SGN"), asked("b", "HKG-LGB")], &rates).findings();
    let expected = "DOC of harbour-pacific, HKG-SGN, is HKD 900.00: 2.00 times the tariff 450.00 by 100 charges of 1 \
                    days on this route";
    assert_eq!(found.iter().map(|of| of.explanation.as_str()).collect::<Vec<_>>(), [expected]);
}

#[test]
fn a_route_without_prices_of_its_own_is_judged_by_all_of_the_forwarders_charges() {
    let mut past = past();
    // Every tenth charge of the tariff, 42 of 412, is of one route.
    for (nth, of) in past.iter_mut().filter(|of| of.code == "DOC").enumerate() {
        of.lane = (nth % 10 == 0).then_some("HKG-SGN");
    }
    let rates = rates();
    let found = judge_batch(
        &Baseline::learn(&past),
        &[Line { lane: Some("HKG-SGN"), ..line("a", "DOC", 540) }, line("b", "DOC", 450)],
        &rates,
    )
    .findings();
    let expected = "DOC of harbour-pacific, HKG-SGN, is HKD 540.00: 1.20 times the tariff 450.00 by 412 charges of 180 \
                    days on all routes";
    assert_eq!(found.iter().map(|of| of.explanation.as_str()).collect::<Vec<_>>(), [expected]);
}

proptest! {
    #[test]
    fn the_order_of_past_and_batch_does_not_matter(amounts in prop::collection::vec(1..30_000_i64, 1..40), turn in 0..40_usize) {
        const IDS: [&str; 4] = ["a", "b", "c", "d"];
        let lines = |seed: usize| -> Vec<Line<'static>> {
            let of = |(nth, amount): (usize, &i64)| Line {
                line: nth as u32,
                ..line(IDS[nth % 4], ["FRT", "DOC"][(nth + seed) % 2], *amount)
            };
            amounts.iter().enumerate().map(of).collect()
        };
        let (mut history, mut batch) = (past(), lines(0));
        history.extend(lines(1));
        let rates = rates();
        let first = judge_batch(&Baseline::learn(&history), &batch, &rates).findings();
        history.rotate_left(turn);
        batch.rotate_left(turn % amounts.len());
        prop_assert_eq!(judge_batch(&Baseline::learn(&history), &batch, &rates).findings(), first);
    }
}
