//! A window beside its reference, bin by bin.

use std::fmt::Write as _;

use super::sample::Sample;
use crate::probability::chi_squared;

/// Fewest values of the window that a bin needs: below, χ² does not describe chance. Rarer values share a bin.
const BIN_FROM: f64 = 5.0;

/// Most bins; of more values, the most frequent ones have their own.
const BINS_MAX: usize = 30;

/// Added to each count, so that an empty bin has a logarithm (half a count: Haldane 1956, Anscombe 1956).
const HALF_COUNT: f64 = 0.5;

/// The bin of all rare values, and of those that the reference does not have.
const OTHERS: &str = "(others)";

/// Probability at which the bound of the index is stated.
const BOUND_AT: f64 = 0.01;

/// One bin of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Bin {
    /// Its value, or span of values.
    pub label: String,
    /// Its share of the reference, 0 to 1.
    pub expected: f64,
    /// Its share of the window, 0 to 1.
    pub observed: f64,
    /// What it adds to the index; never negative.
    pub added: f64,
}

/// A window compared with its reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Values of the reference.
    pub num_reference: u64,
    /// Values of the window.
    pub num: u64,
    /// Population stability index: Σ (p − q)·ln(p/q) over the bins.
    pub stability_index: f64,
    /// The index that chance exceeds once in a hundred windows.
    pub bound: f64,
    /// The probability of such an index by chance.
    pub p_value: f64,
    /// Jensen-Shannon divergence in bits, from 0 (the same) to 1 (nothing in common).
    pub divergence: f64,
    /// Share of missing values of the reference and of the window.
    pub missing: (f64, f64),
    /// Share of the window's values that the reference never had.
    pub novelty: f64,
    /// The bins, the largest contributor first; then by label.
    pub bins: Vec<Bin>,
}

/// Compares a window with its reference. None where there are not two bins to compare: too few values, or one value
/// only.
#[must_use]
pub fn compare(reference: &Sample, window: &Sample) -> Option<Compared> {
    let (num_reference, num) = (reference.num(), window.num());
    if num_reference == 0 || num == 0 {
        return None;
    }
    let counts = binned(reference, window);
    let freedom = u32::try_from(counts.len()).ok()?.checked_sub(1).filter(|freedom| *freedom > 0)?;
    let bins = bins(counts, num_reference as f64, num as f64);
    let stability_index: f64 = bins.iter().map(|bin| bin.added).sum();
    let unit = 1.0 / num as f64 + 1.0 / num_reference as f64;
    let is_new = |label: &str| !reference.counts.contains_key(label);
    let num_new: u64 = window.counts.iter().filter(|(label, _)| is_new(label)).map(|(_, num)| num).sum();
    Some(Compared {
        num_reference,
        num,
        stability_index,
        bound: unit * chi_squared::bound(BOUND_AT, freedom),
        p_value: chi_squared::survival(stability_index / unit, freedom),
        divergence: divergence(&bins),
        missing: (reference.missing_rate(), window.missing_rate()),
        novelty: num_new as f64 / num as f64,
        bins,
    })
}

impl Compared {
    /// In words: the index beside its bound, and the bins that moved most.
    #[must_use]
    pub fn words(&self, column: &str) -> String {
        let mut words = format!(
            "{column}: stability index {:.3} of {} values against {} (chance stays below {:.3})",
            self.stability_index, self.num, self.num_reference, self.bound
        );
        for bin in self.bins.iter().take(3) {
            let share = 100.0 * bin.added / self.stability_index.max(f64::MIN_POSITIVE);
            let (before, now) = (100.0 * bin.expected, 100.0 * bin.observed);
            // Writing to a String cannot fail.
            let _ = write!(words, "; {} {before:.1} % -> {now:.1} % ({share:.0} % of the change)", bin.label);
        }
        let (before, now) = (100.0 * self.missing.0, 100.0 * self.missing.1);
        let _ = write!(words, "; missing {before:.1} % -> {now:.1} %, never seen before {:.1} %", 100.0 * self.novelty);
        words
    }
}

/// Counts of reference and window by bin: a bin for each frequent value, and one for all others.
fn binned(reference: &Sample, window: &Sample) -> Vec<(String, u64, u64)> {
    let (num_reference, num) = (reference.num() as f64, window.num() as f64);
    let of_window = |label: &String| window.counts.get(label).copied().unwrap_or(0);
    let enough = |count: u64| count as f64 >= BIN_FROM && count as f64 / num_reference * num >= BIN_FROM;
    let mut frequent: Vec<(&String, u64)> =
        reference.counts.iter().map(|(label, count)| (label, *count)).filter(|(_, count)| enough(*count)).collect();
    frequent.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    frequent.truncate(BINS_MAX);
    let mut counts: Vec<_> =
        frequent.into_iter().map(|(label, count)| (label.clone(), count, of_window(label))).collect();
    let taken = counts.iter().fold((0, 0), |sum, bin| (sum.0 + bin.1, sum.1 + bin.2));
    let rest = (reference.num() - taken.0, window.num() - taken.1);
    if rest != (0, 0) {
        counts.push((OTHERS.to_owned(), rest.0, rest.1));
    }
    counts
}

fn bins(counts: Vec<(String, u64, u64)>, num_reference: f64, num: f64) -> Vec<Bin> {
    let num_bins = counts.len() as f64;
    let smoothed = |count: u64, all: f64| (count as f64 + HALF_COUNT) / (all + HALF_COUNT * num_bins);
    let bin = |(label, expected, observed): (String, u64, u64)| {
        let (q, p) = (smoothed(expected, num_reference), smoothed(observed, num));
        let (expected, observed) = (expected as f64 / num_reference, observed as f64 / num);
        Bin { label, expected, observed, added: (p - q) * (p / q).ln() }
    };
    let mut bins: Vec<Bin> = counts.into_iter().map(bin).collect();
    bins.sort_by(|a, b| b.added.total_cmp(&a.added).then_with(|| a.label.cmp(&b.label)));
    bins
}

/// Source: Lin, "Divergence measures based on the Shannon entropy", IEEE Trans. Information Theory 37 (1991).
fn divergence(bins: &[Bin]) -> f64 {
    let towards = |share: f64, mean: f64| if share > 0.0 { share * (share / mean).log2() } else { 0.0 };
    let added = bins.iter().map(|bin| {
        let mean = f64::midpoint(bin.expected, bin.observed);
        f64::midpoint(towards(bin.expected, mean), towards(bin.observed, mean))
    });
    added.sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn sample(counts: &[u64]) -> Sample {
        Sample {
            num_missing: 0,
            counts: counts.iter().enumerate().map(|(nth, num)| (format!("v{nth}"), *num)).collect(),
        }
    }

    #[test]
    fn measures_are_those_of_numpy_and_scipy() {
        // Oracle: numpy over counts + ½ for the index, scipy.spatial.distance.jensenshannon(p, q, 2) squared, and
        // scipy.stats.chi2 for the p-value and the bound.
        let compared = compare(&sample(&[400, 300, 200, 100]), &sample(&[40, 60, 60, 40])).unwrap();
        assert!((compared.stability_index - 0.24692770400701497).abs() < 1e-12);
        assert!((compared.divergence - 0.04402922606181253).abs() < 1e-12);
        assert!((compared.p_value / 6.06359613609712e-09 - 1.0).abs() < 1e-8);
        assert!((compared.bound - 0.06806920038086621).abs() < 1e-10);
        assert_eq!(compared.bins[0].label, "v0");
    }

    #[test]
    fn rare_and_new_values_share_a_bin_and_new_ones_are_told() {
        let reference = sample(&[500, 500, 2, 1]);
        let mut window = sample(&[40, 40]);
        window.counts.insert("new".to_owned(), 20);
        window.num_missing = 25;
        let compared = compare(&reference, &window).unwrap();
        assert_eq!(compared.bins[0].label, OTHERS);
        assert!((compared.novelty - 0.2).abs() < 1e-12);
        assert_eq!(compared.missing, (0.0, 0.2));
        assert!(compared.words("port").contains("; (others) 0.3 % -> 20.0 %"), "{}", compared.words("port"));
    }

    #[test]
    fn there_is_nothing_to_compare_without_two_bins() {
        assert_eq!(compare(&sample(&[]), &sample(&[5])), None);
        assert_eq!(compare(&sample(&[50]), &sample(&[50])), None);
    }

    proptest! {
        #[test]
        fn bins_add_up_and_the_same_has_not_moved(counts in vec(20..500_u64, 2..12), others in vec(20..500_u64, 12)) {
            let compared = compare(&sample(&counts), &sample(&others[..counts.len()])).unwrap();
            let added: f64 = compared.bins.iter().map(|bin| bin.added).sum();
            prop_assert!((added - compared.stability_index).abs() < 1e-12);
            prop_assert!(compared.bins.iter().all(|bin| bin.added >= 0.0));
            let same = compare(&sample(&counts), &sample(&counts)).unwrap();
            prop_assert!(same.stability_index.abs() < 1e-12 && same.divergence.abs() < 1e-12 && same.p_value > 0.999);
        }
    }
}
