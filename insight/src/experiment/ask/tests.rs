//! From the platform's sums of each day to verdicts, and on to rows of their table.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{Decimal128Type, Float64Type, Int64Type};
use tidemark_model::time::parse_rfc3339;

use super::*;
use crate::answers::{Answers, now};
use crate::experiment::{Verdict, rows};

/// The invoices of a variant on a day: units, successes, automated, and those with a failed call. Each costs HKD 0.50 and
/// takes 1,000 ms, with standard deviations of 0.10 and 100.
type Day = (&'static str, Option<&'static str>, &'static str, [i64; 4]);

fn answer(days: &[Day]) -> RecordBatch {
    let text =
        |of: fn(&Day) -> Option<&'static str>| -> ArrayRef { Arc::new(days.iter().map(of).collect::<StringArray>()) };
    let times = days.iter().map(|day| parse_rfc3339(day.2)).collect::<TimestampMicrosecondArray>();
    let count = |of: &dyn Fn(&Day) -> i64| -> ArrayRef { Arc::new(days.iter().map(of).collect::<Int64Array>()) };
    // In millionths of a millionth.
    let cost = |each: i128| -> ArrayRef {
        let sums = days.iter().map(|day| i128::from(day.3[0]) * each).collect::<Decimal128Array>();
        Arc::new(sums.with_precision_and_scale(38, 12).unwrap())
    };
    let columns = vec![
        text(|day| Some(day.0)),
        text(|day| day.1),
        Arc::new(times.with_timezone("UTC")) as ArrayRef,
        count(&|day| day.3[0]),
        count(&|day| day.3[1]),
        count(&|day| day.3[2]),
        cost(500_000_000_000),
        cost(260_000_000_000),
        count(&|day| day.3[0]),
        count(&|day| day.3[0] * 1_000),
        count(&|day| day.3[0] * 1_010_000),
        count(&|day| day.3[3]),
    ];
    RecordBatch::try_from_iter(columns.into_iter().enumerate().map(|(place, column)| (place.to_string(), column)))
        .unwrap()
}

fn judged(days: &[Day]) -> (Vec<Judged>, Vec<String>) {
    let answers = Answers::default().with("FROM usage_events", answer(days));
    let judged = now(experiments(&answers, parse_rfc3339("2026-06-30T00:00:00Z").unwrap())).unwrap();
    (judged, answers.asked(""))
}

const FIRST: &str = "2026-03-01T00:00:00Z";
const SECOND: &str = "2026-03-02T00:00:00Z";

/// Success rises from 90 to 93 %, and failures from 1 to 1.2 %; all else is the same. The days come in any order.
const BETTER: [Day; 5] = [
    ("shorter-prompt", Some("b"), SECOND, [12_000, 11_160, 9_600, 144]),
    ("shorter-prompt", Some("a"), FIRST, [8_000, 7_200, 6_400, 80]),
    ("shorter-prompt", None, FIRST, [7, 7, 7, 0]),
    ("shorter-prompt", Some("a"), SECOND, [12_000, 10_800, 9_600, 120]),
    ("shorter-prompt", Some("b"), FIRST, [8_000, 7_440, 6_400, 96]),
];

#[test]
fn days_add_up_to_a_verdict_and_what_crossed_over_is_in_no_figure() {
    let (judged, asked) = judged(&BETTER);
    let [one] = &judged[..] else { panic!("one experiment: {judged:?}") };
    let variants: Vec<&str> = one.plan.variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(variants, ["a", "b"]);
    assert_eq!((one.last[0].num_units, one.last[1].metrics[0].sum), (20_000, 18_600.0));
    assert_eq!((one.report.num_crossed, one.report.ratio.p_value), (7, 1.0));
    let comparison = &one.report.comparisons[0];
    assert_eq!(comparison.verdict, Verdict::Better, "{}", comparison.sentence);
    let begin = "b is better than a: success is 3 points higher (between ";
    assert!(comparison.sentence.starts_with(begin), "{}", comparison.sentence);
    // 180 days before 30 June 2026.
    assert!(asked.len() == 1 && asked[0].contains("'2026-01-01T00:00:00.000000Z'"), "{asked:?}");
}

#[test]
fn a_verdict_is_reached_on_the_day_on_which_the_evidence_sufficed() {
    let (judged, _) = judged(&BETTER);
    // By hand: the first day's 16,000 differ by 0.03 with a standard error of 0.0044, far more than any look may have by
    // chance; both days together would be 40,000.
    let decided = judged[0].report.comparisons[0].goals[0].decided.unwrap();
    assert_eq!((decided.improves, decided.num_units), (true, 16_000));
}

#[test]
fn each_metric_of_a_variant_is_a_row() {
    let (judged, _) = judged(&BETTER);
    let table = rows(&judged, parse_rfc3339("2026-06-30T00:00:00Z").unwrap()).unwrap();
    let text = |name: &str, row| table.column_by_name(name).unwrap().as_string::<i32>().value(row).to_owned();
    let all = |name: &str| (0..table.num_rows()).map(|row| text(name, row)).collect::<Vec<_>>();
    let metrics = ["success", "automation_rate", "ai_cost_per_invoice_hkd", "ai_latency_ms", "ai_error_rate"];
    assert_eq!(all("metric"), metrics);
    assert_eq!(all("role"), ["goal", "goal", "guardrail", "guardrail", "guardrail"]);
    assert_eq!(all("standing"), ["better", "open", "held", "held", "held"]);
    assert_eq!(all("verdict"), ["better"; 5]);
    let figure = |name: &str, row| table.column_by_name(name).unwrap().as_primitive::<Decimal128Type>().value(row);
    assert_eq!(
        ["control_value", "variant_value", "effect"].map(|name| figure(name, 0)),
        [900_000_000, 930_000_000, 30_000_000]
    );
    assert!(
        (0..5).all(|row| figure("lower", row) < figure("effect", row) && figure("effect", row) < figure("upper", row))
    );
    assert_eq!((figure("control_value", 2), figure("effect", 4)), (500_000_000, 2_000_000));
    let units = table.column_by_name("variant_units").unwrap().as_primitive::<Int64Type>();
    assert!(units.iter().all(|units| units == Some(20_000)));
    let p_values = table.column_by_name("p_value").unwrap().as_primitive::<Float64Type>();
    assert!(p_values.value(0) < 1e-9 && p_values.value(1) == 1.0 && p_values.is_null(2));
}

#[test]
fn an_uneven_split_is_not_trusted_and_one_variant_is_no_experiment() {
    let (judged, _) = judged(&[
        ("uneven", Some("control"), FIRST, [20_000, 18_000, 16_000, 200]),
        ("uneven", Some("a"), FIRST, [21_000, 18_900, 16_800, 210]),
        ("lonely", Some("a"), FIRST, [20_000, 18_000, 16_000, 200]),
    ]);
    let verdicts: Vec<_> = judged.iter().map(|it| (&*it.plan.experiment, it.report.comparisons[0].verdict)).collect();
    assert_eq!(verdicts, [("uneven", Verdict::SampleRatio)]);
    assert_eq!(judged[0].report.comparisons[0].variant, "a");
}
