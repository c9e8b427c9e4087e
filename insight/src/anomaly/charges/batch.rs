//! Which charges of a batch are named, and in which order.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use tidemark_model::kpi::Figure;

use super::baseline::Baseline;
use super::cause::Rates;
use super::judge::{Judged, judge};
use super::{Line, words};
use crate::anomaly::discovery::discoveries;
use crate::anomaly::finding::{Finding, Kind, Severity, score};

/// Share of false ones among those named: one in ten.
const FALSE_DISCOVERIES: f64 = 0.1;

/// HKD at risk from which on people should look, and from which on they must act.
const WARN_FROM: Figure = Figure(1_000 * 1_000_000_000);
const ACT_FROM: Figure = Figure(50_000 * 1_000_000_000);

/// A batch of charges, judged.
#[derive(Debug)]
pub struct Batch<'a> {
    /// All charges, the most unusual first; where equally so, by what is at risk, invoice and line.
    pub judged: Vec<Judged<'a>>,
    /// How many of them, from the first on, are named at a false discovery rate of 10 %.
    pub num_named: usize,
    rates: &'a Rates,
    num_days: i64,
}

/// Judges a batch, a day's charges for instance. The order of `lines` does not matter. All lines of an invoice belong
/// in one batch.
#[must_use]
pub fn judge_batch<'a>(baseline: &Baseline<'_>, lines: &[Line<'a>], rates: &'a Rates) -> Batch<'a> {
    let mut sorted = lines.to_vec();
    sorted.sort_by_key(|line| (line.invoice_id, line.line));
    let mut seen: BTreeMap<_, u32> = BTreeMap::new();
    let mut judged = Vec::with_capacity(sorted.len());
    for line in sorted {
        let times = seen.entry((line.invoice_id, line.code, line.currency, line.lane, line.amount)).or_default();
        judged.push(judge(baseline, line, *times > 0, rates));
        *times += 1;
    }
    say_once(&mut judged);
    judged.sort_by(|a, b| {
        let by_money = || in_hkd(b, rates).cmp(&in_hkd(a, rates));
        a.p_value.total_cmp(&b.p_value).then_with(by_money).then_with(|| a.line.cmp(&b.line))
    });
    let p_values: Vec<f64> = judged.iter().map(|of| of.p_value).collect();
    let num_named = discoveries(&p_values, FALSE_DISCOVERIES).into_iter().filter(|named| *named).count();
    let num_days = (baseline.span.1 - baseline.span.0) / tidemark_model::time::DAY + 1;
    Batch { judged, num_named, rates, num_days }
}

impl Batch<'_> {
    /// The charges that are named as findings, the most HKD at risk first; where the same, the most unusual first.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.judged[..self.num_named].iter().map(|of| self.finding(of)).collect();
        findings.sort_by(|a, b| {
            let by_score = || b.score.total_cmp(&a.score);
            b.money_at_risk.cmp(&a.money_at_risk).then_with(by_score).then_with(|| a.subject.cmp(&b.subject))
        });
        findings
    }

    /// A judged charge as a finding.
    #[must_use]
    pub fn finding(&self, judged: &Judged<'_>) -> Finding {
        let line = &judged.line;
        let money_at_risk = in_hkd(judged, self.rates);
        Finding {
            series: "charges".to_owned(),
            subject: format!("{}#{}", line.invoice_id, line.line),
            city: Some(line.city.to_owned()),
            forwarder: Some(line.forwarder.to_owned()),
            at: line.at,
            to: line.at,
            observed: line.amount,
            expected: judged.usual.map(|usual| usual.expected),
            lower: judged.usual.map(|usual| usual.lower),
            upper: judged.usual.map(|usual| usual.upper),
            score: score(judged.p_value),
            severity: severity(judged.kind, money_at_risk),
            kind: judged.kind,
            explanation: words::explain(judged, self.num_days),
            money_at_risk,
        }
    }
}

/// Says once what concerns many charges: a new price of a list, or an error that a rule makes each time. The first charge
/// by invoice and line stands for all of the group that have its amount; the others are no longer unusual.
fn say_once(judged: &mut [Judged<'_>]) {
    let mut first: BTreeMap<_, usize> = BTreeMap::new();
    for nth in 0..judged.len() {
        let of = &judged[nth];
        let Some(list) = of.usual.filter(|usual| usual.num_prices > 0) else { continue };
        if of.p_value >= 1.0 || matches!(of.kind, Kind::RepeatedLine | Kind::NewCharge) {
            continue;
        }
        let line = of.line;
        let lane = line.lane.filter(|_| list.by_lane);
        match first.entry((line.forwarder, line.code, line.currency, lane, line.amount)) {
            Entry::Vacant(entry) => {
                entry.insert(nth);
            }
            Entry::Occupied(entry) => {
                let money = judged[nth].money_at_risk.0;
                judged[nth].p_value = 1.0;
                let stands = &mut judged[*entry.get()];
                stands.num_alike += 1;
                stands.money_at_risk = Figure(stands.money_at_risk.0.saturating_add(money));
            }
        }
    }
}

/// What is at risk in HKD; None where the currency has no rate or the product does not fit.
fn in_hkd(judged: &Judged<'_>, rates: &Rates) -> Option<Figure> {
    const ONE: i128 = 1_000_000_000;
    let product = judged.money_at_risk.0.checked_mul(rates.get(judged.line.currency)?.0)?;
    Some(Figure(product / ONE))
}

/// A gross error is worth a look whatever it costs: it is a sign of how the document was read.
fn severity(kind: Kind, money_at_risk: Option<Figure>) -> Severity {
    let gross = matches!(kind, Kind::DecimalShift | Kind::OtherCurrency | Kind::RepeatedLine);
    match money_at_risk {
        Some(money) if money >= ACT_FROM => Severity::Act,
        Some(money) if money >= WARN_FROM => Severity::Warn,
        _ if gross => Severity::Warn,
        _ => Severity::Notice,
    }
}
