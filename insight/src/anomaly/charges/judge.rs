//! The three questions about a charge: is the amount usual, is the code usual for the forwarder, is the line there once?

use tidemark_model::kpi::Figure;

use super::baseline::{Baseline, Past, Spread};
use super::cause::{Cause, Rates, cause};
use super::{Line, OWN_FROM};
use crate::anomaly::finding::Kind;

/// Questions asked of each charge: the smallest p-value of so many is multiplied by their number (Bonferroni).
const NUM_QUESTIONS: f64 = 3.0;

/// Charges beyond a bound on one side, of those that are usual: with both sides, one in a hundred.
const BEYOND: f64 = 0.005;

/// Causes are looked for where so few usual charges are as unusual.
const EXPLAINED_BELOW: f64 = 0.01;

/// What is usual where a charge belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usual {
    /// Whether by the charges of the same lane, and not by those of all lanes.
    pub by_lane: bool,
    /// The median, or the nearest price of a list.
    pub expected: Figure,
    /// Lower bound of 99 % of charges, or the lowest price.
    pub lower: Figure,
    /// Upper bound, or the highest price.
    pub upper: Figure,
    /// Past charges of the group itself.
    pub num: usize,
    /// How many prices the group's list has; 0 where amounts vary freely.
    pub num_prices: usize,
}

/// A charge and what is said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged<'a> {
    /// The charge.
    pub line: Line<'a>,
    /// How probable so unusual a charge is, above 0 and at most 1.
    pub p_value: f64,
    /// What is unusual, if anything is.
    pub kind: Kind,
    /// What would be usual; None where nothing is known.
    pub usual: Option<Usual>,
    /// What would explain the amount.
    pub cause: Option<Cause>,
    /// What is at risk, in the line's currency: what is beyond the upper bound, all of a line that is there twice.
    pub money_at_risk: Figure,
    /// Other charges of the batch that are off the same price list by the same amount, and said with this one.
    pub num_alike: u32,
}

/// Judges one charge. `repeated` says that an earlier line of the invoice has the same code, currency and amount.
pub(super) fn judge<'a>(baseline: &Baseline<'_>, line: Line<'a>, repeated: bool, rates: &Rates) -> Judged<'a> {
    let amount = by_amount(baseline, &line);
    let mut answers = vec![(amount.p_value, amount.kind)];
    answers.extend(baseline.new_code(&line).map(|p_value| (p_value, Kind::NewCharge)));
    if repeated {
        answers.push((baseline.repeat(&line), Kind::RepeatedLine));
    }
    let smallest = answers.into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
    let (p_value, kind) = smallest.unwrap_or((1.0, Kind::Charge));
    let unusual = kind == Kind::Charge && p_value < EXPLAINED_BELOW;
    let cause = if unusual { explain(baseline, &line, &amount, rates) } else { None };
    let kind = match cause {
        None => kind,
        Some(Cause::DecimalShift(_)) => Kind::DecimalShift,
        Some(Cause::OtherCurrency(_)) => Kind::OtherCurrency,
    };
    let beyond = amount.usual.map_or(line.amount.0, |usual| line.amount.0.saturating_sub(usual.upper.0));
    let money_at_risk = if kind == Kind::RepeatedLine { line.amount.0 } else { beyond };
    Judged {
        line,
        p_value: (NUM_QUESTIONS * p_value).clamp(f64::MIN_POSITIVE, 1.0),
        kind,
        usual: amount.usual,
        cause,
        money_at_risk: Figure(money_at_risk.max(0)),
        num_alike: 0,
    }
}

/// The answer to the first question.
#[derive(Debug)]
struct ByAmount {
    p_value: f64,
    kind: Kind,
    usual: Option<Usual>,
    scale: f64,
}

impl ByAmount {
    const fn usual(usual: Option<Usual>, scale: f64) -> Self {
        Self { p_value: 1.0, kind: Kind::Charge, usual, scale }
    }
}

fn by_amount(baseline: &Baseline<'_>, line: &Line<'_>) -> ByAmount {
    let past = baseline.past(line);
    if line.amount.0 <= 0 {
        return by_sign(past, baseline.spread(line));
    }
    let by_list = past.and_then(|past| on_list(baseline, past, line));
    by_list.unwrap_or_else(|| by_spread(baseline.spread(line), line))
}

/// A credit or a zero: how often the group had one.
fn by_sign(past: Option<&Past>, spread: Option<Spread<'_>>) -> ByAmount {
    let usual = ByAmount::usual(spread.map(|spread| range(&spread)), 0.0);
    match past {
        Some(past) if past.num >= OWN_FROM => {
            let p_value = (1 + past.num_others) as f64 / (1 + past.num_others + past.num) as f64;
            ByAmount { p_value, kind: Kind::OtherSign, ..usual }
        }
        _ => usual,
    }
}

/// A charge of a group that is a price list. Off the list, the p-value is that of a new amount times that of one so far
/// from a price.
fn on_list(baseline: &Baseline<'_>, past: &Past, line: &Line<'_>) -> Option<ByAmount> {
    let list = past.list.as_ref()?;
    let (lower, upper) = list.range()?;
    let (by_lane, num_prices) = (past.by_lane, list.num_prices());
    let usual = Usual { by_lane, expected: line.amount, lower, upper, num: past.num, num_prices };
    let Some(off) = list.judge(line.amount.0, baseline.novelty) else {
        return Some(ByAmount::usual(Some(usual), 0.0));
    };
    let usual = Usual { expected: off.nearest, ..usual };
    let p_value = off.p_value * baseline.distances.p_value(off.distance);
    Some(ByAmount { p_value, ..ByAmount::usual(Some(usual), 0.0) })
}

fn by_spread(spread: Option<Spread<'_>>, line: &Line<'_>) -> ByAmount {
    let Some(spread) = spread else { return ByAmount::usual(None, 0.0) };
    let residual = ((line.amount.0 as f64).ln() - spread.centre) / spread.scale;
    let p_value = 2.0 * spread.tails.above.p_value(residual).min(spread.tails.below.p_value(-residual));
    ByAmount { p_value, ..ByAmount::usual(Some(range(&spread)), spread.scale) }
}

fn range(spread: &Spread<'_>) -> Usual {
    let at = |residual: f64| (spread.centre + spread.scale * residual).exp();
    Usual {
        by_lane: spread.by_lane,
        expected: cents(at(0.0).round()),
        lower: cents(at(-spread.tails.below.bound(BEYOND))),
        upper: cents(at(spread.tails.above.bound(BEYOND)).ceil()),
        num: spread.num,
        num_prices: 0,
    }
}

/// An estimate in billionths, to the cent.
fn cents(billionths: f64) -> Figure {
    const CENT: f64 = 1e7;
    Figure((billionths / CENT).round() as i128 * CENT as i128)
}

/// Where a list has several prices, the wrong amount may be any of them at another decimal point or in another currency:
/// the cause of the nearest one is looked for first, then that of the group's median.
fn explain(baseline: &Baseline<'_>, line: &Line<'_>, amount: &ByAmount, rates: &Rates) -> Option<Cause> {
    let others = || baseline.currencies(line.forwarder);
    let of = |expected: f64, scale: f64| {
        cause((line.amount.0 as f64 / expected).ln(), scale, line.currency, others(), rates)
    };
    let usual = amount.usual.filter(|usual| line.amount.0 > 0 && usual.expected.0 > 0)?;
    let centre = baseline.past(line).map(|past| (past.centre.exp(), past.scale));
    of(usual.expected.0 as f64, amount.scale).or_else(|| centre.and_then(|(expected, scale)| of(expected, scale)))
}
