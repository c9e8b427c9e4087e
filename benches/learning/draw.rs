//! Draws for simulations: reproducible by seed, and documents whose fields are right or wrong together.

/// SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1, 1 excluded.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        (self.unit() * end as f64) as u64
    }

    /// Whether each field of a document is right: each with probability `accuracy`, any two with the correlation
    /// `together`, because with that probability one draw decides for all of them.
    pub(crate) fn fields(&mut self, num_fields: usize, accuracy: f64, together: f64) -> Vec<bool> {
        if self.chance(together) {
            return vec![self.chance(accuracy); num_fields];
        }
        (0..num_fields).map(|_| self.chance(accuracy)).collect()
    }
}
