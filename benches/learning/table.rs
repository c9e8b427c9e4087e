//! How many items it takes to find a drop, and how often there is an alarm without one: the test alone, without time.

use tidemark_insight::learning::accuracy::Tally;
use tidemark_insight::learning::evidence::{Document, Test};

use crate::draw::Draw;

/// Correlation of the fields of one document.
const TOGETHER: f64 = 0.3;

/// Documents after a promotion, at most.
const NUM_AFTER: usize = 3_000;

/// Documents with as many fields each as a rule reads.
struct Source {
    num_fields: usize,
    accuracy: f64,
}

impl Source {
    fn document(&self, draw: &mut Draw, at: i64) -> Document {
        let fields = draw.fields(self.num_fields, self.accuracy, TOGETHER);
        let correct = fields.iter().filter(|field| **field).count() as u32;
        Document { judged_at: at, invoice_id: "".into(), correct, fields: fields.len() as u32 }
    }
}

/// Fields read until the drop is proven.
fn items(draw: &mut Draw, num_before: usize, before: &Source, after: &Source) -> Option<u64> {
    let documents: Vec<Document> = (0..num_before).map(|at| before.document(draw, at as i64)).collect();
    let mut test = Test::new(&documents);
    for at in 0..NUM_AFTER {
        test.see(&after.document(draw, at as i64));
        if test.proves_drop() {
            return Some(test.after().samples);
        }
    }
    None
}

/// Median and 90 % point of items to find drops, with one and with three fields a document.
pub(crate) fn print(seed: u64, runs: u64) {
    println!("seed {seed}, {runs} runs, fields of a document correlated by {TOGETHER}; median/90 % of items");
    let mut draw = Draw::new(seed);
    for num_fields in [1, 3] {
        for num_before in [500, 1_000, 2_000, 4_000, 10_000, 40_000] {
            for accuracy in [0.98, 0.95, 0.90, 0.80] {
                print!("{num_fields} fields, {num_before} invoices before at {accuracy}:");
                for drop in [0.06, 0.08, 0.10, 0.15, 0.20] {
                    let before = Source { num_fields, accuracy };
                    let after = Source { num_fields, accuracy: accuracy - drop };
                    let mut found: Vec<u64> =
                        (0..runs).map(|_| items(&mut draw, num_before, &before, &after).unwrap_or(u64::MAX)).collect();
                    found.sort_unstable();
                    let point = |share: f64| match found[((runs - 1) as f64 * share) as usize] {
                        u64::MAX => "-".to_owned(),
                        items => items.to_string(),
                    };
                    print!("  -{:.0}: {}/{}", drop * 100.0, point(0.5), point(0.9));
                }
                println!();
            }
        }
    }
}

/// Alarms without any change: ours, and the plain threshold's.
pub(crate) fn print_harmless(seed: u64, runs: u64) {
    println!("seed {seed}, {runs} harmless promotions each: false alarms of the test, of the plain threshold");
    let mut draw = Draw::new(seed);
    for (num_fields, num_before) in [(1, 100), (1, 1_000), (1, 10_000), (3, 100), (3, 1_000), (3, 10_000)] {
        for accuracy in [0.99, 0.95, 0.90, 0.80] {
            let source = Source { num_fields, accuracy };
            let (mut proven, mut once, mut looking) = (0_u64, 0_u64, 0_u64);
            for _ in 0..runs {
                let alarms = harmless(&mut draw, num_before, &source);
                proven += u64::from(alarms.0);
                once += u64::from(alarms.1);
                looking += u64::from(alarms.2);
            }
            let share = |count: u64| count as f64 / runs as f64;
            println!(
                "{num_fields} fields, {num_before} invoices before at {accuracy}: test {:.5}; threshold at 50 invoices \
                 {:.3}, looked at continuously up to 50 {:.3}",
                share(proven),
                share(once),
                share(looking)
            );
        }
    }
}

/// Whether the test ever alarms, and the plain threshold at 50 invoices, and at any of them.
fn harmless(draw: &mut Draw, num_before: usize, source: &Source) -> (bool, bool, bool) {
    let documents: Vec<Document> = (0..num_before).map(|at| source.document(draw, at as i64)).collect();
    let mut test = Test::new(&documents);
    let mut before = Tally::default();
    documents.iter().for_each(|document| before.add(document.tally()));
    let (mut proven, mut once, mut looking) = (false, false, false);
    for at in 1..=1_000 {
        test.see(&source.document(draw, at));
        proven |= test.proves_drop();
        if at <= 50 {
            once = test.after().dropped_from(before);
            looking |= once;
        }
    }
    (proven, once, looking)
}
