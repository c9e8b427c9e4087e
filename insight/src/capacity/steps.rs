//! The steps of the pipeline in which invoices wait for somebody or something: page reading, extraction and review.

use std::collections::BTreeMap;

use super::advise::{Advised, Limits};
use super::erlang::Target;
use super::facts::Work;
use super::paths::Paths;
use super::peak::Peak;
use super::workers::{Staffing, Step, staff};
use super::{Advice, Urgency, advise_on_workers};

/// Machines keep a fifth of their time free, and an invoice waits 10 s for one on average: with it, reading and
/// extraction stay within the 30 s of KPI `ai_processing_p95_ms` by a wide margin.
const MACHINES: Target = Target { utilisation_max: 0.8, wait_max_ms: 10_000.0 };

/// People keep a fifth of their time free, too; an invoice waits a quarter of an hour for one on average.
const PEOPLE: Target = Target { utilisation_max: 0.8, wait_max_ms: 900_000.0 };

/// Says how many workers each step needs in the busiest hour. A step that nobody took has no advice.
pub(super) fn advise_on_steps(
    work: &BTreeMap<String, Work>,
    limits: &Limits,
    peak: &Peak,
    paths: &Paths,
) -> Vec<Advised> {
    let steps = [
        ("ocr", "invoice.ocr_completed", limits.ocr_workers, MACHINES),
        ("extraction", "invoice.extracted", limits.extraction_workers, MACHINES),
        ("review", "invoice.reviewed", limits.reviewers, PEOPLE),
    ];
    let advised = |(name, kind, num_workers, target): (&'static str, &str, Option<u32>, Target)| {
        let Work { share, service } = *work.get(kind)?;
        let step = Step { name: name.to_owned(), share, service, num_workers: num_workers.unwrap_or(0), target };
        let staffing = staff(&step, peak)?;
        let advice = match num_workers {
            Some(_) => advise_on_workers(&step, staffing, peak, paths),
            None => unstaffed(step, staffing, peak, paths),
        };
        let available = num_workers.map(|_| advice.limit);
        let (resource, unit) = ("workers", "workers");
        Some(Advised { resource, city: None, category: Some(name.into()), unit, available, span: None, advice })
    };
    steps.into_iter().filter_map(advised).collect()
}

/// What a step needs of which nobody said how many workers it has: nothing is missing that is known of.
fn unstaffed(step: Step, staffing: Staffing, peak: &Peak, paths: &Paths) -> Advice {
    let step = Step { num_workers: staffing.num_needed, ..step };
    let advice = advise_on_workers(&step, staffing, peak, paths);
    let reason = format!(
        "The busiest hour has {:.0} invoices or less in 95 of 100 cases, {:.0} of them for {}, each {:.1} s: {} workers \
         are needed. How many there are is not configured.",
        peak.p95,
        peak.p95 * step.share,
        step.name,
        step.service.mean_ms / 1_000.0,
        staffing.num_needed,
    );
    Advice { urgency: Urgency::Fine, reason, ..advice }
}
