//! Random numbers that are the same for the same series, on every machine and in every release.
//!
//! PCG XSH-RR 64/32 (O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
//! Number Generation", Harvey Mudd College HMC-CS-2014-0905), written out because a library may change how it draws
//! from a range, and then every advice would change with it.

const MULTIPLIER: u64 = 6_364_136_223_846_793_005;

/// FNV-1a, 64 bits: its offset basis and its prime (Fowler, Noll, Vo; draft-eastlake-fnv).
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// A generator.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
    increment: u64,
}

impl Random {
    /// The generator of a seed and a stream, as the reference implementation sets it up.
    #[must_use]
    pub const fn new(seed: u64, stream: u64) -> Self {
        let increment = (stream << 1) | 1;
        let state = increment.wrapping_add(seed).wrapping_mul(MULTIPLIER).wrapping_add(increment);
        Self { state, increment }
    }

    /// The generator of a series: of its name and of what is forecast for it.
    #[must_use]
    pub fn of_series(name: &str, mean: &[f64]) -> Self {
        let of_name = fnv(name.bytes());
        let of_mean = fnv(mean.iter().flat_map(|value| value.to_bits().to_le_bytes()));
        Self::new(of_name, of_mean)
    }

    /// The next 32 bits.
    pub fn bits(&mut self) -> u32 {
        let state = self.state;
        self.state = state.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
        let mixed = (((state >> 18) ^ state) >> 27) as u32;
        mixed.rotate_right((state >> 59) as u32)
    }

    /// A number below `bound`, each as likely as any other; 0 where the bound is 0.
    ///
    /// Source: Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 2019, algorithm 5.
    pub fn below(&mut self, bound: u32) -> u32 {
        if bound == 0 {
            return 0;
        }
        let unfair = bound.wrapping_neg() % bound;
        loop {
            let product = u64::from(self.bits()) * u64::from(bound);
            if product as u32 >= unfair {
                return (product >> 32) as u32;
            }
        }
    }

    /// A number that is nearly standard normal, and no more than 6 from 0: twelve even ones less six (Irwin and Hall).
    /// It needs no function that another machine may round differently.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| (f64::from(self.bits()) + 0.5) / 4_294_967_296.0).sum::<f64>() - 6.0
    }

    /// One of these; `None` of none.
    pub fn choose<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(u32::try_from(all.len()).unwrap_or(u32::MAX)) as usize)
    }
}

fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(FNV_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_reference() {
        // The first round of pcg32-demo in the author's C library: seed 42, stream 54.
        let mut random = Random::new(42, 54);
        let expected = [0xa15c_02b7, 0x7b47_f409, 0xba1d_3330, 0x83d2_f293, 0xbfa4_784b, 0xcbed_606e];
        assert_eq!([(); 6].map(|()| random.bits()), expected);
    }

    #[test]
    fn names_hash_as_published() {
        // The published test vectors of FNV-1a with 64 bits: the empty string, "a" and "foobar".
        assert_eq!(fnv("".bytes()), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv("a".bytes()), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv("foobar".bytes()), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn all_numbers_below_a_bound_are_as_likely() {
        let (mut random, mut counts) = (Random::new(1, 1), [0_u32; 6]);
        for _ in 0..60_000 {
            counts[random.below(6) as usize] += 1;
        }
        // Five standard deviations of 10,000 out of 60,000 are 456.
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 456), "seed 1, stream 1: {counts:?}");
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn normal_numbers_are_as_far_from_zero_as_they_should_be() {
        let mut random = Random::new(2, 1);
        let numbers: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let beyond = |z: f64| numbers.iter().filter(|number| **number > z).count() as f64 / 20_000.0;
        // The normal table, and four standard errors.
        for (z, share) in [(0.0, 0.5), (1.0, 0.158_66), (1.645, 0.05), (2.326, 0.01)] {
            let error: f64 = (share * (1.0 - share) / 20_000.0_f64).sqrt();
            assert!((beyond(z) - share).abs() < 4.0 * error, "seed 2, stream 1: {z} {}", beyond(z));
        }
    }

    #[test]
    fn another_series_or_another_forecast_has_other_numbers() {
        let first = |name, mean: &[f64]| Random::of_series(name, mean).bits();
        assert_eq!(first("invoices:HKG", &[1.0]), first("invoices:HKG", &[1.0]));
        assert_ne!(first("invoices:HKG", &[1.0]), first("invoices:SIN", &[1.0]));
        assert_ne!(first("invoices:HKG", &[1.0]), first("invoices:HKG", &[2.0]));
    }
}
