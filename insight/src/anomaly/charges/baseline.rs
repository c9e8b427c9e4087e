//! What is usual: past charges by group, and what groups with few charges borrow from the others.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::time::Micros;

use super::Line;
use super::lane::of_lanes;
use super::price_list::PriceList;
use super::repeats::Repeats;
use super::robust::{qn, quantile};
use super::tail::Tail;

/// Charges from which on a group stands for itself. A group with fewer borrows from the same code and currency of all
/// forwarders.
pub const OWN_FROM: usize = 30;

/// Charges from which on a group has tails of its own: a tenth of them, 20, are in each.
const OWN_TAILS_FROM: usize = 200;

/// Amounts of one price differ by this much at least, in logarithms: half a percent, so that rounding is no anomaly.
const SCALE_MIN: f64 = 0.005;

/// Charges that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group<'a> {
    forwarder: &'a str,
    code: &'a str,
    currency: &'a str,
    lane: Option<&'a str>,
}

impl<'a> Group<'a> {
    pub(super) fn of(line: &Line<'a>) -> Self {
        Self { forwarder: line.forwarder, code: line.code, currency: line.currency, lane: None }
    }

    pub(super) fn of_lane(line: &Line<'a>) -> Option<Self> {
        line.lane.map(|_| Self { lane: line.lane, ..Self::of(line) })
    }
}

/// A group's past.
#[derive(Debug, Clone)]
pub(super) struct Past {
    /// Whether these are one lane's charges and not all of the forwarder's.
    pub(super) by_lane: bool,
    /// Positive charges.
    pub(super) num: usize,
    /// Credits and zeros.
    pub(super) num_others: usize,
    /// Median of the logarithms.
    pub(super) centre: f64,
    /// Qn of the logarithms.
    pub(super) scale: f64,
    pub(super) list: Option<PriceList>,
    tails: Option<Tails>,
    /// The logarithms, sorted; empty where the group stands for itself.
    few: Vec<f64>,
    /// Their mean square distance from the centre.
    variance: f64,
}

/// Tails of `(logarithm − centre) / scale`, upwards and downwards.
#[derive(Debug, Clone)]
pub(super) struct Tails {
    pub(super) above: Tail,
    pub(super) below: Tail,
}

/// The same code and currency of all forwarders.
#[derive(Debug, Clone, Copy)]
struct Parent {
    centre: f64,
    /// How groups' charges vary around their own centre.
    within: f64,
    /// How groups' centres vary around the parent's.
    between: f64,
}

/// What is known of a forwarder.
#[derive(Debug, Clone, Default)]
struct Forwarder<'a> {
    num: usize,
    codes: BTreeMap<&'a str, usize>,
    currencies: BTreeSet<&'a str>,
}

/// Where a charge is expected, in logarithms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread<'b> {
    /// Whether by the charges of the same lane.
    pub(super) by_lane: bool,
    /// Charges of the group itself.
    pub(super) num: usize,
    pub(super) centre: f64,
    pub(super) scale: f64,
    pub(super) tails: &'b Tails,
}

/// What is usual, learnt from past charges.
#[derive(Debug)]
pub struct Baseline<'a> {
    groups: BTreeMap<Group<'a>, Past>,
    parents: BTreeMap<(&'a str, &'a str), Parent>,
    forwarders: BTreeMap<&'a str, Forwarder<'a>>,
    /// Of all groups that stand for themselves and vary freely.
    tails: Tails,
    /// Of all others: how far their charges were from what the rest of the group and the parent said.
    borrowed_tails: Tails,
    /// How far amounts off their list were from it.
    pub(super) distances: Tail,
    /// The probability of an amount off its list.
    pub(super) novelty: f64,
    repeats: Repeats<'a>,
    /// First and last instant of what was learnt.
    pub(super) span: (Micros, Micros),
}

impl<'a> Baseline<'a> {
    /// Learns from past charges, in any order. It should be the past of some months: long enough for
    /// [`OWN_FROM`] charges of what matters, short enough for prices to be today's.
    #[must_use]
    pub fn learn(history: &[Line<'a>]) -> Self {
        let mut amounts: BTreeMap<Group<'a>, Vec<i128>> = BTreeMap::new();
        let mut forwarders: BTreeMap<&'a str, Forwarder<'a>> = BTreeMap::new();
        for line in history {
            amounts.entry(Group::of(line)).or_default().push(line.amount.0);
            let forwarder = forwarders.entry(line.forwarder).or_default();
            forwarder.num += 1;
            *forwarder.codes.entry(line.code).or_default() += 1;
            forwarder.currencies.insert(line.currency);
        }
        let mut pool = Vec::new();
        let mut groups: BTreeMap<_, _> =
            amounts.iter().map(|(group, of)| (*group, past(group, of, &mut pool))).collect();
        let lanes = of_lanes(history, &amounts, &mut pool);
        groups.extend(lanes);
        let lists = groups.values().filter_map(|past| past.list.as_ref());
        let mut distances: Vec<f64> = lists.clone().flat_map(PriceList::distances).collect();
        distances.sort_by(f64::total_cmp);
        let evidence = lists.map(PriceList::evidence).fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        let at = history.iter().map(|line| line.at);
        let parents = parents(&groups);
        let borrowed = left_out(&groups, &parents);
        Self {
            parents,
            forwarders,
            tails: Tails::of(pool, OWN_TAILS_FROM).unwrap_or_else(Tails::normal),
            borrowed_tails: Tails::of(borrowed, OWN_TAILS_FROM).unwrap_or_else(Tails::normal),
            distances: Tail::fit(distances, OWN_FROM).unwrap_or_else(Tail::normal),
            novelty: (1.0 + evidence.1 as f64) / (1.0 + evidence.0 as f64),
            repeats: Repeats::learn(history),
            span: (at.clone().min().unwrap_or(0), at.max().unwrap_or(0)),
            groups,
        }
    }

    /// The lane's group where it has one, or else the forwarder's.
    pub(super) fn past<'b>(&'b self, line: &Line<'b>) -> Option<&'b Past> {
        let of_lane = Group::of_lane(line).and_then(|group| self.groups.get(&group));
        of_lane.or_else(|| self.groups.get(&Group::of(line)))
    }

    /// Where a charge is expected; None where nothing is known of its code in its currency.
    pub(super) fn spread<'b>(&'b self, line: &Line<'b>) -> Option<Spread<'b>> {
        let past = self.past(line);
        if let Some(past) = past.filter(|past| past.num >= OWN_FROM) {
            let tails = past.tails.as_ref().unwrap_or(&self.tails);
            let (by_lane, num) = (past.by_lane, past.num);
            return Some(Spread { by_lane, num, centre: past.centre, scale: past.scale, tails });
        }
        let parent = self.parents.get(&(line.code, line.currency))?;
        let (num, own) = past.map_or((0, 0.0), |past| (past.num, past.centre));
        let (centre, scale) = parent.predict(num, own);
        Some(Spread { by_lane: false, num, centre, scale, tails: &self.borrowed_tails })
    }

    /// The probability that the forwarder's next charge has a code that it never used (Good and Turing, smoothed by
    /// one); None where it did use the code, or hardly anything is known of the forwarder.
    pub(super) fn new_code(&self, line: &Line<'_>) -> Option<f64> {
        let forwarder = self.forwarders.get(line.forwarder)?;
        if forwarder.num < OWN_FROM || forwarder.codes.contains_key(line.code) {
            return None;
        }
        let num_once = forwarder.codes.values().filter(|num| **num == 1).count();
        Some((1 + num_once) as f64 / (1 + forwarder.num) as f64)
    }

    /// The probability that an invoice of the group has the same line twice.
    pub(super) fn repeat(&self, line: &Line<'_>) -> f64 {
        self.repeats.probability(&Group::of(line))
    }

    /// Currencies in which a forwarder has charged.
    pub(super) fn currencies(&self, forwarder: &str) -> impl Iterator<Item = &'a str> {
        self.forwarders.get(forwarder).into_iter().flat_map(|known| known.currencies.iter().copied())
    }
}

impl Parent {
    /// Centre and scale for a group with few charges, `num` of them around `own`.
    ///
    /// The centre is the mean of the group's and the parent's, each weighted by how well it is known (within²/num and
    /// between²), and the uncertainty that remains widens the scale: the predictive distribution of a normal mean with a
    /// normal prior.
    fn predict(&self, num: usize, own: f64) -> (f64, f64) {
        let (weight, prior) = (num as f64 / self.within.powi(2), 1.0 / self.between.powi(2));
        let centre = (weight * own + prior * self.centre) / (weight + prior);
        (centre, (self.within.powi(2) + 1.0 / (weight + prior)).sqrt())
    }
}

impl Tails {
    fn of(mut above: Vec<f64>, num_min: usize) -> Option<Self> {
        above.sort_by(f64::total_cmp);
        let below = above.iter().rev().map(|value| -value).collect();
        Some(Self { above: Tail::fit(above, num_min)?, below: Tail::fit(below, num_min)? })
    }

    const fn normal() -> Self {
        Self { above: Tail::normal(), below: Tail::normal() }
    }
}

/// One group's past; where it stands for itself and is no price list, its residuals join the pool of all.
pub(super) fn past(group: &Group<'_>, amounts: &[i128], pool: &mut Vec<f64>) -> Past {
    let positive: Vec<i128> = amounts.iter().copied().filter(|amount| *amount > 0).collect();
    let mut logs: Vec<f64> = positive.iter().map(|amount| (*amount as f64).ln()).collect();
    logs.sort_by(f64::total_cmp);
    let (centre, scale) = (quantile(&logs, 0.5), qn(&logs).max(SCALE_MIN));
    let residuals = || -> Vec<f64> { logs.iter().map(|log| (log - centre) / scale).collect() };
    let list = PriceList::of(&positive);
    if list.is_none() && positive.len() >= OWN_FROM {
        pool.extend(residuals());
    }
    let tails = Tails::of(residuals(), OWN_TAILS_FROM);
    let variance = logs.iter().map(|log| (log - centre).powi(2)).sum::<f64>() / logs.len().max(1) as f64;
    let (by_lane, num) = (group.lane.is_some(), positive.len());
    let few = if num < OWN_FROM { logs } else { Vec::new() };
    Past { by_lane, num, num_others: amounts.len() - num, centre, scale, list, tails, few, variance }
}

/// For each charge of a group with few of them, how far it was from what the others of its group and the parent said:
/// as a new charge would be, so that its rank among these is a conformal p-value.
fn left_out<'a>(groups: &BTreeMap<Group<'a>, Past>, parents: &BTreeMap<(&'a str, &'a str), Parent>) -> Vec<f64> {
    let mut residuals = Vec::new();
    for (group, past) in groups.iter().filter(|(group, _)| group.lane.is_none()) {
        let Some(parent) = parents.get(&(group.code, group.currency)) else { continue };
        for nth in 0..past.few.len() {
            let mut others = past.few.clone();
            let log = others.remove(nth);
            let (centre, scale) = parent.predict(others.len(), quantile(&others, 0.5));
            residuals.push((log - centre) / scale);
        }
    }
    residuals
}

fn parents<'a>(groups: &BTreeMap<Group<'a>, Past>) -> BTreeMap<(&'a str, &'a str), Parent> {
    let mut children: BTreeMap<(&'a str, &'a str), Vec<&Past>> = BTreeMap::new();
    for (group, past) in groups.iter().filter(|(group, past)| group.lane.is_none() && past.num > 0) {
        children.entry((group.code, group.currency)).or_default().push(past);
    }
    children.into_iter().map(|(of, pasts)| (of, parent(&pasts))).collect()
}

/// Spread that is assumed where a code and currency have too few groups to tell: prices of forwarders differ by a fifth.
const BETWEEN_UNKNOWN: f64 = 0.2;

fn parent(children: &[&Past]) -> Parent {
    let sorted = |values: Vec<f64>| {
        let mut values = values;
        values.sort_by(f64::total_cmp);
        values
    };
    let centres = sorted(children.iter().map(|past| past.centre).collect());
    let known = children.iter().filter(|past| past.num >= OWN_FROM);
    let variances = sorted(known.map(|past| past.variance).collect());
    let within = if variances.is_empty() { BETWEEN_UNKNOWN } else { quantile(&variances, 0.5).sqrt().max(SCALE_MIN) };
    let between = if centres.len() < 3 { BETWEEN_UNKNOWN } else { qn(&centres) };
    Parent { centre: quantile(&centres, 0.5), within, between: between.max(SCALE_MIN) }
}
