//! Experiments as a whole: each verdict by an example, and what is promised of all looks by simulation.

use super::guardrail::Standing;
use super::*;

/// An accuracy that should rise by two points at least, and a cost that may rise by a tenth at most.
pub(super) fn plan() -> Plan {
    let variant = |name: &str| Variant { name: name.to_owned(), weight: 1.0 };
    let metric = |name: &str, scale, better| Metric { name: name.to_owned(), scale, better };
    Plan {
        experiment: "threshold-85".to_owned(),
        variants: vec![variant("control"), variant("new")],
        metrics: vec![metric("accuracy", Scale::Share, Better::More), metric("cost", Scale::Amount, Better::Less)],
        goals: vec![Goal { metric: 0, effect_min: 0.02 }],
        guardrails: vec![Guardrail { metric: 1, margin: 0.1 }],
        error_max: 0.05,
        power: 0.8,
        num_units_planned: 6_200,
        decides: Decides::AtAnyLook,
    }
}

/// Control and variant as units and successes, with no costs.
pub(super) fn look(control: [u64; 2], variant: [u64; 2]) -> Look {
    let arm = |[num_units, successes]: [u64; 2]| {
        let accuracy = Tally { num_units, sum: successes as f64, sum_of_squares: successes as f64 };
        Arm { num_units, metrics: vec![accuracy, Tally::default()] }
    };
    vec![arm(control), arm(variant)]
}

/// The same, and every unit costs as much on average as this, with a standard deviation of 1.
fn look_with_costs(control: ([u64; 2], f64), variant: ([u64; 2], f64)) -> Look {
    let mut look = look(control.0, variant.0);
    for (arm, mean) in look.iter_mut().zip([control.1, variant.1]) {
        let n = arm.num_units as f64;
        arm.metrics[1] = Tally { num_units: arm.num_units, sum: n * mean, sum_of_squares: n * mean * mean + n - 1.0 };
    }
    look
}

fn judged(look: Look) -> Comparison {
    let gathered = Gathered { looks: vec![look], ..Gathered::default() };
    judge(&plan(), &gathered).unwrap().comparisons.remove(0)
}

#[test]
fn what_reaches_its_goal_and_harms_nothing_is_better() {
    let comparison = judged(look_with_costs(([20_000, 18_000], 5.0), ([20_000, 18_600], 5.0)));
    assert_eq!(comparison.verdict, Verdict::Better, "{}", comparison.sentence);
    let begin = "new is better than control: accuracy is 3 points higher (between ";
    assert!(comparison.sentence.starts_with(begin), "{}", comparison.sentence);
    assert!(comparison.sentence.ends_with("; the evidence sufficed after 40000 units."), "{}", comparison.sentence);
}

#[test]
fn what_reaches_its_goal_waits_until_guardrails_are_sure() {
    let comparison = judged(look_with_costs(([20_000, 18_000], 5.0), ([20_000, 18_600], 5.09)));
    assert_eq!(comparison.verdict, Verdict::NoDifferenceYet);
    assert_eq!(comparison.guardrails[0].standing, Standing::Open);
    let end = "but it is not yet sure that cost stays within its margin of 0.1.";
    assert!(comparison.sentence.ends_with(end), "{}", comparison.sentence);
}

#[test]
fn what_gets_worse_is_worse_and_harm_comes_first() {
    let worse = judged(look_with_costs(([20_000, 18_600], 5.0), ([20_000, 18_000], 5.0)));
    assert_eq!(worse.verdict, Verdict::Worse);
    assert!(worse.sentence.starts_with("new is worse than control: accuracy is 3 points lower"), "{}", worse.sentence);
    let harms = judged(look_with_costs(([20_000, 18_000], 5.0), ([20_000, 18_600], 5.5)));
    assert_eq!(harms.verdict, Verdict::HarmsGuardrail);
    assert!(harms.sentence.starts_with("Stop new: cost is worse by 0.5 (between "), "{}", harms.sentence);
    assert!(harms.sentence.ends_with(", and 0.1 are tolerated."), "{}", harms.sentence);
}

#[test]
fn nothing_is_trusted_where_units_are_missing() {
    let comparison = judged(look_with_costs(([20_000, 18_000], 5.0), ([19_000, 18_000], 5.0)));
    assert_eq!(comparison.verdict, Verdict::SampleRatio);
    let begin = "Do not trust any figure of this experiment: control has 20000 units instead of 19500, \
                 new has 19000 units instead of 19500.";
    assert!(comparison.sentence.starts_with(begin), "{}", comparison.sentence);
}

#[test]
fn what_makes_no_difference_says_how_many_units_are_missing_or_that_none_are() {
    let young = judged(look([1_000, 900], [1_000, 905]));
    assert_eq!(young.verdict, Verdict::NoDifferenceYet);
    let needed = young.goals[0].num_units_needed.unwrap();
    let end = format!("about {needed} units would show a difference of 2 points, and there are 2000.");
    assert!(young.sentence.ends_with(&end), "{}", young.sentence);
    let old = judged(look([40_000, 36_000], [40_000, 36_010]));
    assert!(old.sentence.starts_with("new makes no difference that matters"), "{}", old.sentence);
    let none = judged(look([10, 9], [10, 9]));
    assert_eq!(none.sentence, "Too few units to say anything of new: 20 so far.");
}

#[test]
fn an_experiment_without_events_has_no_difference_yet() {
    let report = judge(&plan(), &Gathered::default()).unwrap();
    assert_eq!(report.comparisons[0].verdict, Verdict::NoDifferenceYet);
    assert_eq!(report.ratio.observed, [0, 0]);
}

#[test]
fn events_become_a_verdict() {
    // Every tenth document is wrong under control, every twentieth in the new variant, at the same cost but for noise.
    let ids: Vec<String> = (0..8_000).map(|id| id.to_string()).collect();
    let right = [[Some(1.0), Some(0.4)], [Some(1.0), Some(0.5)]];
    let wrong = [[Some(0.0), Some(0.4)], [Some(0.0), Some(0.5)]];
    let event = |(number, id): (usize, &String)| {
        let new = number % 2 == 1;
        let is_wrong = (number / 2) % if new { 20 } else { 10 } == 0;
        (id.clone(), if new { "new" } else { "control" }, is_wrong, (number / 4) % 2)
    };
    let events: Vec<_> = ids.iter().enumerate().map(event).collect();
    let exposures: Vec<Exposure<'_>> = events
        .iter()
        .map(|(unit, variant, is_wrong, noise)| {
            let values = if *is_wrong { &wrong[*noise] } else { &right[*noise] };
            Exposure { unit, variant, values }
        })
        .collect();
    let report = judge(&plan(), &gather(&plan(), &exposures, 100)).unwrap();
    assert_eq!(report.comparisons[0].verdict, Verdict::Better, "{}", report.comparisons[0].sentence);
}

/// SplitMix64 (Steele, Lea, Flood 2014), for simulations of these tests alone.
struct Random(u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Share of experiments that are decided at any of their looks, with these shares and as many units in each variant.
fn decided(shares: [f64; 2], num_units: u64, num_runs: u32, random: &mut Random) -> f64 {
    let plan = plan();
    let mut num_decided = 0;
    for _ in 0..num_runs {
        let mut successes = [0; 2];
        let mut looks = Vec::new();
        for n in 1..=num_units {
            for (successes, share) in successes.iter_mut().zip(shares) {
                *successes += u64::from(random.share() < share);
            }
            if n % 5 == 0 {
                looks.push(look([n, successes[0]], [n, successes[1]]));
            }
        }
        let report = judge(&plan, &Gathered { looks, ..Gathered::default() }).unwrap();
        num_decided += u32::from(report.comparisons[0].goals[0].decided.is_some());
    }
    f64::from(num_decided) / f64::from(num_runs)
}

#[test]
fn who_looks_all_the_time_errs_no_more_often_than_planned_and_finds_what_is_there() {
    let mut random = Random(7);
    let wrong = decided([0.9, 0.9], 3_100, 150, &mut random);
    // 5 % and three standard errors of 150 are 10.3 %. Looks at 95 % of each would err in more than 40 %.
    assert!(wrong <= 0.103, "seed 7: {wrong}");
    let found = decided([0.9, 0.93], 3_100, 50, &mut random);
    assert!(found >= 0.8, "seed 7: {found}");
}
