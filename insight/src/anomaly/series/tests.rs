//! The parts against values of other software, and the detector against small simulated series with planted incidents.

use proptest::prelude::*;

use super::predictive::{ln_count_tail, ln_rate_tail};
use super::ranks::Ranks;
use super::*;

const STEPS_PER_DAY: u64 = 24;
/// Shape of a day and of a week.
const HOURS: [f64; 24] = [
    2.0, 1.0, 1.0, 1.0, 1.0, 3.0, 8.0, 28.0, 74.0, 108.0, 116.0, 102.0, 52.0, 72.0, 106.0, 108.0, 94.0, 62.0, 28.0,
    14.0, 8.0, 6.0, 3.0, 2.0,
];
const WEEKDAYS: [f64; 7] = [1.08, 1.02, 1.0, 0.98, 0.92, 0.16, 0.06];

fn assert_near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{actual} instead of {expected}");
}

/// Oracle: scipy 1.17 `stats.nbinom(1/k, 1/(1 + k*mean))`, `logsf(x - 1)` above the mean and `logcdf(x)` below.
#[test]
fn tails_of_counts_agree_with_scipy() {
    let known = [
        (12.0, 4.0, 0.25, -4.041100047703289),
        (0.0, 7.5, 0.1, -5.5961578793542275),
        (250.0, 100.0, 0.01, -36.3251548062781),
        (3.0, 0.3, 1.0, -4.39901120638028),
    ];
    for (observed, mean, dispersion, expected) in known {
        assert_near(ln_count_tail(observed, mean, dispersion), expected);
    }
}

/// Oracle: scipy 1.17 `stats.betabinom(n, r*(1/c - 1), (1 - r)*(1/c - 1))`,
/// the logarithm of the summed `logpmf` from or to the observed number.
#[test]
fn tails_of_rates_agree_with_scipy() {
    let known = [
        (9.0, 40.0, 0.05, 0.01, -6.302277137168877),
        (70.0, 100.0, 0.9, 0.02, -6.297478025890902),
        (0.0, 200.0, 0.03, 0.001, -5.548141504725095),
        (25.0, 60.0, 0.03, 0.005, -30.096613366882814),
    ];
    for (hits, trials, rate, correlation, expected) in known {
        assert_near(ln_rate_tail(hits, trials, rate, correlation), expected);
    }
}

/// Oracle: scipy 1.17 `stats.expon.fit([1, 2, 3.5, 4, 5], floc=0.5)` and `stats.genpareto.fit(…, f0=0, floc=0.5)` both
/// give the scale 2.6; of the 25 values, 5 are the tail, and -log10(exp(-5.2 / 2.6) / 5) = 1.567558968.
#[test]
fn the_tail_of_the_past_is_the_fitted_exponential() {
    let mut ranks = Ranks::new(100, 0.2);
    for value in [3.5, 1.0, 5.0, 2.0, 4.0] {
        ranks.push(value);
    }
    for step in 0..20 {
        ranks.push(0.5 - f64::from(step) * 0.01);
    }
    assert!((ranks.score(0.5 + 5.2) - 1.567_558_968).abs() < 1e-9);
    // Rank: 21 of 25 values and itself are at least 0.35; 9 are beyond.
    assert!((ranks.score(0.345) - (26.0_f64 / 22.0).log10()).abs() < 1e-12);
}

/// A generator of its own (`SplitMix64`), so that the series stay what they are.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Poisson numbers, by counting exponential gaps.
    fn count(&mut self, mean: f64) -> f64 {
        let (mut at, mut num) = (0.0, 0.0);
        loop {
            at -= self.uniform().max(1e-300).ln();
            if at > mean {
                return num;
            }
            num += 1.0;
        }
    }
}

/// Hourly counts of sixteen weeks, whose expectation a plan changes from step to step.
fn hourly(seed: u64, busy_hour: f64, plan: impl Fn(u64) -> f64) -> Vec<Point> {
    println!("seed {seed}");
    let mut random = Random(seed);
    let of_step = |step: u64| {
        let day = (step / STEPS_PER_DAY) as usize;
        let mean = busy_hour * HOURS[(step % STEPS_PER_DAY) as usize] / 116.0 * WEEKDAYS[day % 7] * plan(step);
        let measure = Measure::Count(random.count(mean));
        Point { step, measure, is_complete: true, class: 0 }
    };
    (0..16 * 7 * STEPS_PER_DAY).map(of_step).collect()
}

/// The same as amounts of so much each.
fn costs(points: &mut [Point], each: f64) {
    for point in points {
        if let Measure::Count(num) = point.measure {
            point.measure = Measure::Amount(each * num);
        }
    }
}

fn within(step: u64, from: u64, num: u64) -> bool {
    (from..from + num).contains(&step)
}

/// Tuesday of the eleventh week, ten o'clock.
const TUESDAY: u64 = (10 * 7 + 1) * STEPS_PER_DAY + 10;

#[test]
fn what_is_beyond_all_measure_begins_in_the_hour_in_which_it_was_seen() {
    for (seed, hour) in (0..3).flat_map(|seed| (0..24).map(move |hour| (seed, hour))) {
        let at = TUESDAY - 10 + hour;
        let mut points = hourly(seed, 0.5, |_| 1.0);
        costs(&mut points, 0.1);
        points[at as usize].measure = Measure::Amount(2_400.0);
        let found = findings(&points[..=at as usize], &Settings::hourly());
        let begun: Vec<_> = found.iter().filter(|of| of.observed > 2_000.0).map(|of| of.from).collect();
        assert_eq!(begun, [at], "seed {seed}, hour {hour}");
    }
}

#[test]
fn three_times_as_much_for_six_hours_is_one_spike() {
    let points = hourly(1, 60.0, |step| if within(step, TUESDAY, 6) { 3.0 } else { 1.0 });
    let found = findings(&points, &Settings::hourly());
    assert_eq!(found.len(), 1, "{found:?}");
    let spike = found[0];
    assert_eq!((spike.kind, spike.severity, spike.is_above), (Kind::Spike, Severity::Act, true));
    assert_eq!((spike.from, spike.noticed_at), (TUESDAY, TUESDAY));
    assert!((TUESDAY + 5..=TUESDAY + 6).contains(&spike.to));
    assert!(spike.observed / spike.expected > 2.5);
}

#[test]
fn a_city_that_is_offline_and_then_sends_everything_is_one_silence() {
    let missing: f64 = (0..5).map(|hour| HOURS[10 + hour] / 116.0).sum();
    let points = hourly(2, 60.0, |step| match step {
        _ if within(step, TUESDAY, 5) => 0.0,
        _ if step == TUESDAY + 5 => 1.0 + missing / (HOURS[15] / 116.0),
        _ => 1.0,
    });
    let found = findings(&points, &Settings::hourly());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].from, found[0].noticed_at), (TUESDAY, TUESDAY));
}

#[test]
fn more_than_was_missing_is_a_spike_of_its_own_and_so_is_what_is_missing_after_too_much() {
    let points = hourly(2, 60.0, |step| match step {
        _ if within(step, TUESDAY, 5) => 0.0,
        _ if step == TUESDAY + 5 => 12.0,
        _ => 1.0,
    });
    let found = findings(&points, &Settings::hourly());
    let looks: Vec<_> = found.iter().map(|of| (of.kind, of.from, of.to)).collect();
    let silence = (Kind::Silence, TUESDAY, TUESDAY + 4);
    assert_eq!(looks, [silence, (Kind::Spike, TUESDAY + 5, TUESDAY + 5)]);
    let points = hourly(2, 60.0, |step| match step {
        _ if within(step, TUESDAY, 3) => 4.0,
        _ if within(step, TUESDAY + 3, 3) => 0.0,
        _ => 1.0,
    });
    let found = findings(&points, &Settings::hourly());
    let looks: Vec<_> = found.iter().map(|of| (of.from, of.is_above)).collect();
    assert_eq!(looks, [(TUESDAY, true), (TUESDAY + 3, false)]);
}

#[test]
fn a_lasting_quarter_more_is_one_level_shift() {
    let points = hourly(3, 60.0, |step| if step >= TUESDAY { 1.25 } else { 1.0 });
    let found = findings(&points, &Settings::hourly());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].is_above), (Kind::LevelShift, true));
    assert!(found[0].from.abs_diff(TUESDAY) <= STEPS_PER_DAY);
    assert!(found[0].noticed_at - TUESDAY <= 3 * STEPS_PER_DAY);
}

#[test]
fn few_things_alarm_no_oftener_than_the_budget_allows() {
    // A busy hour brings three things: the noise is Poisson's. Ten series of twelve judged weeks.
    let num_false: usize = (10..20).map(|seed| findings(&hourly(seed, 3.0, |_| 1.0), &Settings::hourly()).len()).sum();
    assert!(num_false <= 1, "{num_false} false alarms in 28 months, where 0.6 are put up with");
}

#[test]
fn an_error_rate_that_jumps_is_noticed_within_hours() {
    let mut random = Random(4);
    let point = |step: u64| {
        let denominator = random.count(40.0);
        let rate = if within(step, TUESDAY, 6) { 0.25 } else { 0.03 };
        let numerator = (0..denominator as usize).filter(|_| random.uniform() < rate).count() as f64;
        Point { step, measure: Measure::Rate { numerator, denominator }, is_complete: true, class: 0 }
    };
    let points: Vec<Point> = (0..16 * 7 * STEPS_PER_DAY).map(point).collect();
    let found = findings(&points, &Settings::hourly().of_rate());
    assert_eq!(found.len(), 1, "{found:?}");
    // The first hours bring 4 and 8 errors where 1 is expected, which is not beyond the budget yet.
    assert!(found[0].noticed_at - TUESDAY <= 2);
}

#[test]
fn an_incomplete_step_never_alarms() {
    let mut points = hourly(5, 60.0, |_| 1.0);
    let mut missing = points[TUESDAY as usize];
    missing.measure = Measure::Count(0.0);
    missing.is_complete = false;
    points[TUESDAY as usize] = missing;
    assert_eq!(findings(&points, &Settings::hourly()), []);
    points[TUESDAY as usize].is_complete = true;
    let found = findings(&points, &Settings::hourly());
    assert_eq!((found.len(), found[0].kind), (1, Kind::Silence));
}

#[test]
fn a_kind_of_day_is_compared_with_its_own_past() {
    // Every fourth Wednesday brings two and a half times as much; the last one brings nothing unusual for its kind.
    let is_special = |step: u64| (step / STEPS_PER_DAY) % 28 == 16;
    let mut points = hourly(6, 60.0, |step| if is_special(step) { 2.5 } else { 1.0 });
    let unaware = findings(&points, &Settings::hourly());
    assert!(unaware.iter().any(|finding| is_special(finding.noticed_at)));
    for point in &mut points {
        point.class = u8::from(is_special(point.step));
    }
    let aware = findings(&points, &Settings::hourly());
    assert!(!aware.iter().any(|finding| is_special(finding.noticed_at)), "{aware:?}");
}

#[test]
fn novelty_reports_a_jump_at_once_and_is_silent_while_it_learns() {
    let mut random = Random(7);
    let mut detector = Novelty::new(200);
    let value = |at: i64, noise: f64| if at >= 900 { 100.0 + noise } else { 50.0 + noise };
    let scores: Vec<f64> = (0..1_200).map(|at| detector.step(at * 300, value(at, random.uniform()))).collect();
    assert!(scores[..200].iter().all(|score| *score == 0.0));
    let strongest = scores.iter().copied().fold(0.0, f64::max);
    assert!(strongest > 4.0 && scores[900] == strongest);
}

fn any_point() -> impl Strategy<Value = (Measure, bool, u8)> {
    let figure = prop_oneof![Just(0.0), Just(f64::NAN), Just(-1.0), Just(1e300), 0.0_f64..1e4];
    let measure = prop_oneof![
        figure.clone().prop_map(Measure::Count),
        figure.clone().prop_map(Measure::Amount),
        (figure.clone(), figure).prop_map(|(numerator, denominator)| Measure::Rate { numerator, denominator }),
    ];
    (measure, any::<bool>(), any::<u8>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_is_judged_in_numbers_and_the_same_again(
        figures in prop::collection::vec(any_point(), 0..400),
    ) {
        let settings = Settings { num_learning: 40, ..Settings::daily() };
        let point = |(step, &(measure, is_complete, class)): (usize, &(Measure, bool, u8))| {
            Point { step: step as u64, measure, is_complete, class }
        };
        let points: Vec<Point> = figures.iter().enumerate().map(point).collect();
        let mut detector = Detector::new(settings.clone());
        for point in &points {
            if let Some(judgement) = detector.step(point) {
                prop_assert!((0.0..=300.0).contains(&judgement.score), "{judgement:?}");
                prop_assert!(judgement.lower <= judgement.upper, "{judgement:?}");
            }
        }
        prop_assert_eq!(findings(&points, &settings), findings(&points, &settings));
    }
}
