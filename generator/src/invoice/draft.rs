//! What is decided about an invoice before its first event: what it says, how hard it is to read, where it will fail.

use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;
use tidemark_model::id::{Id, InvoiceId};

use crate::clock::DAY;
use crate::fields::{CHARGES, FIELDS, NUM_OPTIONAL, NUM_REQUIRED, Paper, currency};
use crate::forwarder::FORWARDERS;
use crate::json::numbered;
use crate::kind::{Kind, Place};
use crate::rng::{Draw, mix};
use crate::sink::Event;
use crate::truth::kpi::Route;
use crate::world::{TENANTS, World};

/// Most fields of an invoice.
pub(crate) const MAX_FIELDS: usize = 12;

/// A stage in which processing may stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Ocr,
    Classify,
    Extract,
    Map,
    Export,
}

impl Stage {
    /// Name and the codes with which it fails.
    pub(crate) fn failure(self) -> (&'static str, &'static [(&'static str, &'static str)]) {
        match self {
            Self::Ocr => ("ocr", &[("OCR_UNREADABLE", "page 1 has no text"), ("OCR_TIMEOUT", "no answer in 60 s")]),
            Self::Classify => ("classify", &[("LAYOUT_UNKNOWN", "no layout above 0.40")]),
            Self::Extract => {
                ("extract", &[("MODEL_TIMEOUT", "no answer in 90 s"), ("MODEL_OVERLOADED", "429 after 5 attempts")])
            }
            Self::Map => ("map", &[("MAP_NO_RULE", "required header without a rule")]),
            Self::Export => {
                ("export", &[("TARGET_REFUSED", "unique key violated"), ("TARGET_DOWN", "connection refused")])
            }
        }
    }
}

/// One field as it is read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReadField {
    /// Index in [`FIELDS`].
    pub(crate) field: usize,
    /// Ten-thousandths.
    pub(crate) confidence: u32,
    pub(crate) empty: bool,
}

/// One charge line: index in [`CHARGES`], amount in the currency's smallest unit.
pub(crate) type Charge = (usize, i64);

/// An invoice as it will go.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) id: InvoiceId,
    pub(crate) place: Place,
    pub(crate) city: usize,
    pub(crate) tenant: Option<&'static str>,
    pub(crate) forwarder: usize,
    pub(crate) pages: i64,
    pub(crate) paper: Paper,
    pub(crate) route: Route,
    pub(crate) multimodal: bool,
    pub(crate) failure: Option<Stage>,
    pub(crate) recovers: bool,
    /// Whether the planted bad rule misreads this one.
    pub(crate) misread: bool,
    pub(crate) content: u64,
    fields: [ReadField; MAX_FIELDS],
    num_fields: usize,
    charges: [Charge; 6],
    num_charges: usize,
}

impl Draft {
    /// Decides about the invoice with a number that a city receives at an instant.
    pub(crate) fn new(at: i64, city: usize, number: u64, world: &World, rng: &mut Pcg64Mcg) -> Self {
        let forwarder = world.forwarder_shares.draw(rng);
        let drop = &world.incidents;
        let in_drop = drop.accuracy_drop.contains(at) && forwarder == drop.drop_forwarder;
        let code = if rng.chance(0.06) { "USD" } else { CITIES[city].currency };
        let paper = Paper {
            prefix: FORWARDERS[forwarder].prefix,
            forwarder: FORWARDERS[forwarder].id,
            currency: code,
            number,
            day: at.div_euclid(DAY) - rng.between(1, 9),
            total: 0,
            digits: currency(code).0,
        };
        let again = rng.chance(0.002) && number > 1;
        let mut draft = Self {
            id: InvoiceId::new(numbered(&format!("inv-{}", world.mark), number, 7)),
            place: Place::of(city),
            city,
            tenant: rng.chance(0.03).then(|| rng.pick(&TENANTS)),
            forwarder,
            pages: 1 + (rng.skewed(10, 0.8) / 10).min(11),
            paper,
            route: Route::Auto,
            multimodal: false,
            failure: failure(at, forwarder, world, rng),
            recovers: rng.chance(0.22),
            misread: in_drop && rng.chance(0.6),
            content: mix(world.seed ^ world.origin ^ mix(number - u64::from(again))),
            fields: Default::default(),
            num_fields: 0,
            charges: Default::default(),
            num_charges: 0,
        };
        draft.choose_fields(rng);
        draft.choose_charges(forwarder, rng);
        draft.read(at, world, rng);
        draft
    }

    /// An event of this invoice.
    pub(crate) fn event(&self, kind: Kind, at: i64) -> Event<'_> {
        Event { kind, at, place: self.place, tenant: self.tenant, subject: self.id.as_str() }
    }

    /// Fields as they were last read.
    pub(crate) fn fields(&self) -> &[ReadField] {
        &self.fields[..self.num_fields]
    }

    /// Charge lines.
    pub(crate) fn charges(&self) -> &[Charge] {
        &self.charges[..self.num_charges]
    }

    /// The variant of a field's value that is read: not the true one where the planted bad rule applied.
    pub(crate) fn variant_read(&self, field: usize, world: &World) -> u64 {
        u64::from(self.misread && field == world.incidents.drop_field)
    }

    /// What stands for the SHA-256 of the file's content: 64 hexadecimal digits.
    pub(crate) fn content_hash(&self) -> [u8; 64] {
        let mut hash = [0; 64];
        for (word, digits) in (0..).zip(hash.chunks_exact_mut(16)) {
            let bits = mix(self.content.wrapping_add(word));
            for (place, digit) in digits.iter_mut().enumerate() {
                *digit = b"0123456789abcdef"[(bits >> (4 * place)) as usize & 15];
            }
        }
        hash
    }

    /// Reads the document (again): confidence, route, use of the multimodal model, and what stays empty.
    pub(crate) fn read(&mut self, at: i64, world: &World, rng: &mut Pcg64Mcg) {
        let progress = world.progress(at);
        let supported = FORWARDERS[self.forwarder].supported;
        let (auto, quick) = if supported { (0.60 + 0.09 * progress, 0.29) } else { (0.20, 0.42) };
        let draw = rng.unit();
        self.route = match draw {
            _ if draw < auto => Route::Auto,
            _ if draw < auto + quick => Route::QuickReview,
            _ => Route::FullReview,
        };
        self.multimodal = rng.chance(match self.route {
            Route::Auto => 0.11,
            Route::QuickReview => 0.24,
            Route::FullReview => 0.42,
        });
        let (low, high) = match self.route {
            Route::Auto => (9_050, 9_950),
            Route::QuickReview => (7_600, 9_000),
            Route::FullReview => (4_200, 7_500),
        };
        let centre = rng.between(low, high);
        for read in &mut self.fields[..self.num_fields] {
            read.confidence = (centre + rng.between(-700, 500)).clamp(1_200, 9_990) as u32;
            read.empty = rng.chance(if self.route == Route::FullReview { 0.03 } else { 0.006 });
        }
    }

    /// The overall confidence in ten-thousandths: the mean of the fields', within what the route stands for.
    pub(crate) fn confidence(&self) -> u32 {
        let sum: u32 = self.fields().iter().map(|read| read.confidence).sum();
        let mean = sum / self.num_fields.max(1) as u32;
        match self.route {
            Route::Auto => mean.max(9_001),
            Route::QuickReview => mean.clamp(7_500, 9_000),
            Route::FullReview => mean.min(7_499),
        }
    }

    fn choose_fields(&mut self, rng: &mut Pcg64Mcg) {
        let most = (MAX_FIELDS - NUM_REQUIRED) as u64;
        let num_optional = 1 + rng.below(most).min(rng.below(most)) as usize;
        let (first, stride) = (rng.below(NUM_OPTIONAL as u64), 1 + rng.below(NUM_OPTIONAL as u64 - 1));
        self.num_fields = NUM_REQUIRED + num_optional;
        for (index, read) in self.fields[..self.num_fields].iter_mut().enumerate() {
            read.field = match index.checked_sub(NUM_REQUIRED) {
                None => index,
                Some(nth) => NUM_REQUIRED + ((first + stride * nth as u64) % NUM_OPTIONAL as u64) as usize,
            };
        }
        debug_assert!(self.fields().iter().all(|read| read.field < FIELDS.len()));
    }

    fn choose_charges(&mut self, forwarder: usize, rng: &mut Pcg64Mcg) {
        if rng.chance(0.012) {
            return;
        }
        let (digits, per_thousand) = currency(self.paper.currency);
        let cents_per_unit = if digits == 0 { 100 } else { 1 };
        let first = rng.below(CHARGES.len() as u64) as usize;
        self.num_charges = 1 + rng.below(5) as usize;
        for (nth, charge) in self.charges[..self.num_charges].iter_mut().enumerate() {
            let code = (first + nth * 3) % CHARGES.len();
            // Each forwarder has its own price level; a rare line is far off.
            let level = 80 + (mix((forwarder * 16 + code) as u64) % 45) as i64;
            let outlier = if rng.chance(0.0006) { 25 } else { 1 };
            let cents = CHARGES[code].2 * level / 100 * rng.between(90, 131) / 100 * outlier;
            *charge = (code, (cents * per_thousand / 1_000 / cents_per_unit).max(1));
        }
        self.paper.total = self.charges().iter().map(|charge| charge.1).sum();
    }
}

fn failure(at: i64, forwarder: usize, world: &World, rng: &mut Pcg64Mcg) -> Option<Stage> {
    let burst = world.incidents.error_burst.contains(at);
    let unsupported = !FORWARDERS[forwarder].supported;
    let chances = [
        (Stage::Ocr, 0.005),
        (Stage::Classify, if unsupported { 0.03 } else { 0.002 }),
        (Stage::Extract, if burst { 0.62 } else { 0.009 }),
        (Stage::Map, 0.006),
        (Stage::Export, 0.006),
    ];
    let mut draw = rng.unit();
    for (stage, chance) in chances {
        if draw < chance {
            return Some(stage);
        }
        draw -= chance;
    }
    None
}
