//! Whether a rule reads worse since its promotion than the version before: an anytime-valid two-sample test.
//!
//! A plain threshold, looked at after every invoice, cries wolf after 21 to 43 of 100 harmless promotions. This test
//! may be looked at after every invoice for ever: of 1,000 harmless promotions it condemns at most two, whatever the
//! accuracy was, and however little is known about it. That is the most that is put up with, so that a drop is found as
//! soon as that allows.
//!
//! **Cases** are invoices, not fields: the fields that a rule reads on one invoice are right or wrong together, so each
//! invoice is one number from 0 to 1, the share that was right. Nothing but its mean matters to what follows.
//!
//! **The test** is Turner, Ly and Grünwald's e-variable for two samples ("Generic E-variables for exact sequential
//! k-sample tests that allow for optional stopping", 2021). Each invoice after the promotion is set against a group of
//! `m` from before it. For accuracies `a < b` after and before, and `o = (a + m·b)/(m + 1)`, each of the `m + 1` shares
//! `y` is weighed by `y·t/o + (1 − y)·(1 − t)/(1 − o)` with `t = a` or `b`. Each weight is linear in `y`; if both means
//! are `p`, the product's expectation is `(1 − m·d)(1 + d)^m ≤ 1` with `d = (p − o)(b − o)/(o(1 − o))`, and less if the
//! mean after is higher. So products over groups are a supermartingale, any mixture over `a` is, too, and by Ville's
//! inequality it ever reaches `1/α` with a probability of at most `α`. No accuracy is assumed, which a test against a
//! fixed one would have to: its error came on top.
//!
//! **What is free to choose** is `b`, `a` and `m`, as long as it is chosen before the shares that it weighs are seen.
//! `b` is the mean of the oldest quarter, which is then used for nothing else. `a` is mixed over drops of 3 to 35 points.
//! Groups are large at first, while they last, because the first hours matter most.
//!
//! **Many rules.** `α` is for each promotion: of 2,000 in a year at most four are condemned wrongly in expectation,
//! however the rules depend on one another.

use super::accuracy::Tally;

/// Largest probability that a harmless promotion is ever condemned.
pub const ALPHA: f64 = 0.002;

/// The drops that are mixed, with equal weights: 3 points, 5 points, ... 35 points.
const NUM_DROPS: usize = 17;
const DROP_MIN: f64 = 0.03;
const DROP_STEP: f64 = 0.02;

/// Accuracies that are bet on stay off 0 and 1, where one surprise would end the game.
const BET_MIN: f64 = 0.01;
const BET_MAX: f64 = 0.999;

/// One invoice in so many tells what accuracy to expect; more than [`GUIDES_MAX`] are not needed for that.
const GUIDE_SHARE: usize = 4;
const GUIDES_MAX: usize = 1_000;

/// A group takes this fraction of what is left, so that it lasts; but no more than [`GROUP_MAX`] at first, where more
/// would win next to nothing.
const GROUP_DIVISOR_MIN: usize = 100;
const GROUP_MAX: usize = 40;

/// What one rule version read on one invoice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Document {
    /// When the last of its fields was judged.
    pub judged_at: i64,
    /// The invoice.
    pub invoice_id: Box<str>,
    /// Fields that were right.
    pub correct: u32,
    /// Fields in all, at least one.
    pub fields: u32,
}

impl Document {
    fn share(&self) -> f64 {
        f64::from(self.correct) / f64::from(self.fields)
    }

    /// Its fields as counts.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally { samples: u64::from(self.fields), correct: u64::from(self.correct) }
    }
}

/// The test as it stands after some invoices.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Shares from before the promotion that no group has taken yet: the last first.
    unused: Vec<f64>,
    group_divisor: usize,
    expected: f64,
    mean_before: f64,
    log_wealth: [f64; NUM_DROPS],
    strongest: f64,
    before: Tally,
    after: Tally,
    num_after: u64,
    shares_after: f64,
}

impl Test {
    /// Begins with what was read before the promotion, in order of time.
    #[must_use]
    pub fn new(before: &[Document]) -> Self {
        let (guides, rest) = before.split_at((before.len() / GUIDE_SHARE).min(GUIDES_MAX));
        let right: f64 = guides.iter().map(Document::share).sum();
        let mut tally = Tally::default();
        before.iter().for_each(|document| tally.add(document.tally()));
        let unused: Vec<f64> = rest.iter().rev().map(Document::share).collect();
        Self {
            group_divisor: GROUP_DIVISOR_MIN.max(unused.len() / GROUP_MAX),
            mean_before: unused.iter().sum::<f64>() / unused.len().max(1) as f64,
            unused,
            // Half a case of each kind is added, as Jeffreys' prior does.
            expected: ((right + 0.5) / (guides.len() as f64 + 1.0)).clamp(2.0 * BET_MIN, BET_MAX),
            log_wealth: [0.0; NUM_DROPS],
            strongest: 0.0,
            before: tally,
            after: Tally::default(),
            num_after: 0,
            shares_after: 0.0,
        }
    }

    /// Weighs the next invoice. When all that was read before is used up, the evidence stays as it is.
    pub fn see(&mut self, document: &Document) {
        self.after.add(document.tally());
        self.num_after += 1;
        self.shares_after += document.share();
        let size = self.unused.len().div_ceil(self.group_divisor);
        if size == 0 {
            return;
        }
        let group = self.unused.split_off(self.unused.len() - size);
        for (index, wealth) in self.log_wealth.iter_mut().enumerate() {
            let bet = Bet::new(self.expected, index, size);
            // At most 41 weights of at least a thousandth: the product is far from underflow.
            let weights = group.iter().map(|share| bet.weigh(*share, bet.before));
            *wealth += weights.fold(bet.weigh(document.share(), bet.after), |product, weight| product * weight).ln();
        }
        self.strongest = self.strongest.max(mixture(&self.log_wealth));
    }

    /// Whether the drop is both proven and there now: the evidence has reached `1/α`, and the accuracy is more than
    /// 5 points below.
    #[must_use]
    pub fn proves_drop(&self) -> bool {
        self.strongest >= -ALPHA.ln() && self.has_dropped()
    }

    /// Whether the accuracy is more than 5 points below, proven or not.
    #[must_use]
    pub fn has_dropped(&self) -> bool {
        self.after.dropped_from(self.before)
    }

    /// The largest evidence against "no worse than before" so far, as a natural logarithm; 0 where there is none.
    #[must_use]
    pub const fn log_evidence(&self) -> f64 {
        self.strongest
    }

    /// The fields read before.
    #[must_use]
    pub const fn before(&self) -> Tally {
        self.before
    }

    /// The fields read since.
    #[must_use]
    pub const fn after(&self) -> Tally {
        self.after
    }

    /// The invoices read since.
    #[must_use]
    pub const fn num_after(&self) -> u64 {
        self.num_after
    }

    /// How many invoices since the promotion would prove the drop if it is as it looks now, those seen included: the
    /// growth to be expected, step by step. `None` if the invoices from before do not last so long.
    #[must_use]
    pub fn num_needed(&self) -> Option<u64> {
        let mean_after = self.shares_after / self.num_after.max(1) as f64;
        let (mut unused, mut needed, mut log_wealth) = (self.unused.len(), self.num_after, self.log_wealth);
        while mixture(&log_wealth) < -ALPHA.ln() {
            let size = unused.div_ceil(self.group_divisor);
            if size == 0 {
                return None;
            }
            for (index, wealth) in log_wealth.iter_mut().enumerate() {
                let bet = Bet::new(self.expected, index, size);
                *wealth += bet.growth(mean_after, bet.after) + size as f64 * bet.growth(self.mean_before, bet.before);
            }
            unused -= size;
            needed += 1;
        }
        Some(needed)
    }
}

/// Accuracies that one part of the mixture bets on, for one group.
#[derive(Debug, Clone, Copy)]
struct Bet {
    before: f64,
    after: f64,
    /// The accuracy of both that is hardest to tell from these two.
    common: f64,
}

impl Bet {
    fn new(expected: f64, index: usize, size: usize) -> Self {
        let after = (expected - DROP_MIN - DROP_STEP * index as f64).max(BET_MIN);
        let size = size as f64;
        Self { before: expected, after, common: (after + size * expected) / (size + 1.0) }
    }

    fn weigh(self, share: f64, accuracy: f64) -> f64 {
        share * accuracy / self.common + (1.0 - share) * (1.0 - accuracy) / (1.0 - self.common)
    }

    /// What the logarithm of a weight is on average where so many are right.
    fn growth(self, mean: f64, accuracy: f64) -> f64 {
        mean * (accuracy / self.common).ln() + (1.0 - mean) * ((1.0 - accuracy) / (1.0 - self.common)).ln()
    }
}

/// The logarithm of the mean of what logarithms are given of.
fn mixture(logs: &[f64; NUM_DROPS]) -> f64 {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - largest).exp()).sum();
    largest + (sum / NUM_DROPS as f64).ln()
}

#[cfg(test)]
mod tests;
