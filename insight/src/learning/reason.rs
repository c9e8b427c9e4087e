//! The sentence of each message that tells a person why: counts, interval, test.

use super::accuracy::Tally;
use super::complaints::Suspension;
use super::evidence::{ALPHA, Test};
use super::impact::REVIEW_ABOVE;
use super::patterns::{Pattern, Ripe};
use super::watch::{Baseline, Finding};

/// Why a rule is suggested.
#[must_use]
pub fn suggestion(pattern: &Pattern, ripe: &Ripe, users: usize, impact: u64) -> String {
    let gate = if super::impact::needs_review(impact) {
        format!("more than {REVIEW_ABOVE}: a super user must review it")
    } else {
        format!("not more than {REVIEW_ABOVE}: no review is needed")
    };
    format!(
        "{users} people made {} corrections of {} on invoices of {} alike in the pattern {}; a rule would have changed \
         {impact} past invoices, {gate}",
        ripe.num_corrections, pattern.field, pattern.forwarder, pattern.centre
    )
}

/// How a version read on a day, beside the days before.
#[must_use]
pub fn day(tally: Tally, before: Tally) -> String {
    let before = if before.samples == 0 {
        "nothing was read in the 28 days before".to_owned()
    } else {
        format!("the rule's 28 days before: {}", counts(before))
    };
    format!("{}; {before}", counts(tally))
}

/// Why a version should be taken back: its readings. `test` is the test when it had proven the drop.
#[must_use]
pub fn drop(finding: &Finding, test: &Test) -> String {
    format!(
        "{} since the promotion, {} {}, more than 5 points; sequential test over {} invoices: evidence {} for a drop, \
         {} is enough",
        counts(test.after()),
        baseline(finding.baseline),
        counts(test.before()),
        test.num_after(),
        evidence(test),
        1.0 / ALPHA,
    )
}

/// Why a version should be taken back: what it changed.
#[must_use]
pub fn overrun(changed: u64, estimate: u64) -> String {
    format!("{changed} invoices were changed, more than twice the {estimate} that were estimated before the promotion")
}

/// What came out of the first 24 hours.
#[must_use]
pub fn watch(finding: &Finding) -> String {
    let test = &finding.test;
    let seen =
        format!("first 24 hours: {}, {} {}", counts(test.after()), baseline(finding.baseline), counts(test.before()));
    if finding.proven.is_some() {
        return format!("{seen}; the drop is proven");
    }
    if !test.has_dropped() {
        return format!("{seen}; no drop of more than 5 points");
    }
    let needed = test.num_needed().map_or_else(
        || "there are too few invoices from before to prove a drop of this size".to_owned(),
        |needed| format!("about {needed} needed for a drop of this size"),
    );
    format!(
        "{seen}, more than 5 points; insufficient evidence: {} of {} after {} invoices, {needed}",
        evidence(test),
        1.0 / ALPHA,
        test.num_after()
    )
}

/// Why a version is suspended.
#[must_use]
pub fn suspension(suspension: &Suspension) -> String {
    format!(
        "{} complaints by {} people about this version: a person must review it",
        suspension.num_complaints, suspension.num_users
    )
}

const fn baseline(baseline: Baseline) -> &'static str {
    match baseline {
        Baseline::VersionBefore => "the version before:",
        Baseline::Field => "no version before, the forwarder's field by other rules:",
        Baseline::Nothing => "nothing to compare with:",
    }
}

/// `943 of 1000 right (94.3 %, 95 % interval 92.7 to 95.6)`.
fn counts(tally: Tally) -> String {
    let (Some(accuracy), Some((low, high))) = (tally.accuracy(), tally.interval()) else {
        return "nothing read".to_owned();
    };
    format!(
        "{} of {} right ({:.1} %, 95 % interval {:.1} to {:.1})",
        tally.correct,
        tally.samples,
        100.0 * accuracy,
        100.0 * low,
        100.0 * high
    )
}

/// The evidence as a number of at most four digits; larger ones say no more.
fn evidence(test: &Test) -> String {
    let evidence = test.log_evidence().exp();
    if evidence >= 10_000.0 { "over 9999".to_owned() } else { format!("{evidence:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_with_their_interval() {
        // Wilson's interval of 9 of 10, as in `accuracy.rs`.
        let told = counts(Tally { samples: 10, correct: 9 });
        assert_eq!(told, "9 of 10 right (90.0 %, 95 % interval 59.6 to 98.2)");
        assert_eq!(counts(Tally::default()), "nothing read");
    }
}
