//! The lives of all rules, put together from what was promoted, found, complained of and rolled back; and the advice to
//! roll back, which needs to know how the earlier versions stand at that moment.

use std::collections::BTreeMap;

use super::accuracy::Ledger;
use super::complaints::Suspension;
use super::facts::{Facts, Promotion, RuleVersion};
use super::message::{Advice, Feedback, Kind};
use super::reason;
use super::rule::{Happening, Life, Standing, State};
use super::tell::about;
use super::watch::{Finding, WATCH};

/// Something that happens to a version, and the message that it brings, which is told once it is known where a rollback
/// leads to.
struct Step {
    at: i64,
    happening: Happening,
    version: String,
    advice: Option<Feedback>,
}

/// The lives of all rules, and the advice that was given on the way.
#[derive(Debug)]
pub(super) struct Lives {
    /// How every version stands.
    pub(super) standings: Vec<Standing>,
    /// The advice to roll back, rule by rule.
    pub(super) advices: Vec<Feedback>,
}

impl Lives {
    /// Lives all rules through, up to now.
    pub(super) fn new(
        facts: &Facts,
        findings: &[Finding],
        suspended: &[Suspension],
        ledger: &Ledger,
        now_at: i64,
    ) -> Self {
        let mut steps: BTreeMap<&str, Vec<Step>> = ledger.rules().map(|rule_id| (rule_id, vec![])).collect();
        for finding in findings {
            let own = steps.entry(&finding.promotion.rule.rule_id).or_default();
            own.extend(steps_of_promotion(finding, now_at));
        }
        for rollback in &facts.rollbacks {
            let own = steps.entry(&rollback.rule.rule_id).or_default();
            own.push(step(rollback.at, Happening::RolledBack, &rollback.rule.version));
            own.extend(rollback.to_version.iter().map(|to| step(rollback.at, Happening::Restored, to)));
        }
        for suspension in suspended {
            let own = steps.entry(&suspension.rule.rule_id).or_default();
            own.push(step(suspension.at, Happening::Complained, &suspension.rule.version));
        }
        let mut lives = Self { standings: vec![], advices: vec![] };
        for (rule_id, steps) in steps {
            lives.live(rule_id, steps, ledger);
        }
        lives
    }

    fn live(&mut self, rule_id: &str, mut steps: Vec<Step>, ledger: &Ledger) {
        steps.sort_by(|a, b| (a.at, a.happening, &a.version).cmp(&(b.at, b.happening, &b.version)));
        let mut life = Life::new(rule_id);
        let is_promoted =
            |name: &str| steps.iter().any(|step| step.version == name && step.happening == Happening::Promoted);
        // Versions that were never promoted, as far as is known, were there before.
        let mut first: Vec<(i64, &str)> = ledger.versions(rule_id).map(|(name, at)| (at, name)).collect();
        first.retain(|(_, name)| !is_promoted(name));
        first.sort_unstable();
        for (at, version) in first {
            life.happen(at, version, Happening::Restored);
        }
        for step in steps {
            // Nobody is advised to take back what no longer applies.
            let is_gone = matches!(life.state(&step.version), State::RolledBack | State::Replaced);
            if let Some(advice) = step.advice.filter(|_| !is_gone) {
                let to_version = life.rollback_target(&step.version).map(str::to_owned);
                self.advices.push(Feedback { to_version, ..advice });
            }
            life.happen(step.at, &step.version, step.happening);
        }
        self.standings.extend(life.standings());
    }
}

fn step(at: i64, happening: Happening, version: &str) -> Step {
    Step { at, happening, version: version.to_owned(), advice: None }
}

fn steps_of_promotion(finding: &Finding, now_at: i64) -> Vec<Step> {
    let promotion = &finding.promotion;
    let version = &promotion.rule.version;
    let mut steps = vec![step(promotion.at, Happening::Promoted, version)];
    for (at, is_below) in &finding.crossings {
        steps.push(step(*at, if *is_below { Happening::Dropped } else { Happening::Recovered }, version));
    }
    if let Some((at, test)) = &finding.proven {
        let message = Feedback {
            tally: Some(test.after()),
            accuracy_before: test.before().accuracy(),
            reason: reason::drop(finding, test),
            ..rollback_advised(promotion, "accuracy", *at)
        };
        steps.push(Step { advice: Some(message), ..step(*at, Happening::Condemned, version) });
    }
    if let Some((at, changed)) = finding.overrun {
        let estimate = promotion.impact_estimate.unwrap_or_default();
        let message =
            Feedback { reason: reason::overrun(changed, estimate), ..rollback_advised(promotion, "impact", at) };
        steps.push(Step { advice: Some(message), ..step(at, Happening::Condemned, version) });
    }
    if promotion.at + WATCH <= now_at {
        steps.push(step(promotion.at + WATCH, Happening::WatchEnded, version));
    }
    steps
}

fn rollback_advised(promotion: &Promotion, cause: &str, at: i64) -> Feedback {
    let RuleVersion { rule_id, version } = &promotion.rule;
    let subject = [rule_id.as_str(), version, &promotion.event_id, cause];
    let outline = Feedback::outline(Kind::RollbackAdvised, &subject, promotion.rule.clone(), (promotion.at, at));
    Feedback { advice: Advice::RollBack, ..about(outline, Some(promotion)) }
}
