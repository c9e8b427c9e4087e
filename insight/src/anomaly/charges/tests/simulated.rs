//! Simulated invoices: the demo's forwarders by Zipf's law, its charge codes, price levels and currencies, and what is
//! not in the demo: fixed tariffs with several prices and yearly revisions, and planted errors.

use std::collections::BTreeMap;

use tidemark_model::kpi::Figure;
use tidemark_model::time::{DAY, Micros};

use super::super::Line;

/// Currency, weight of its cities, HKD for one unit in billionths.
pub(super) const CURRENCIES: [(&str, u64, i128); 10] = [
    ("HKD", 280, 1_000_000_000),
    ("CNY", 340, 1_080_000_000),
    ("SGD", 170, 5_800_000_000),
    ("TWD", 60, 242_000_000),
    ("JPY", 50, 52_000_000),
    ("KRW", 35, 5_700_000),
    ("THB", 25, 215_000_000),
    ("VND", 20, 305_000),
    ("AUD", 20, 5_100_000_000),
    ("USD", 0, 7_800_000_000),
];
const USD: usize = 9;

/// Invoices a day.
pub(super) const PER_DAY: u64 = 1_000;

/// Code, usual amount in cents of HKD, whether it is a fixed tariff.
const CHARGES: [(&str, i64, bool); 10] = [
    ("THC", 215_000, true),
    ("BAF", 148_000, false),
    ("DOC", 45_000, true),
    ("CAF", 62_000, false),
    ("CFS", 88_000, false),
    ("AMS", 27_500, true),
    ("ISPS", 12_000, true),
    ("LSS", 39_000, false),
    ("SEAL", 9_500, true),
    ("FRT", 1_240_000, false),
];

/// A planted error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Planted {
    Threefold,
    DecimalShift,
    OtherCurrency,
    RepeatedLine,
    RaisedTariff,
    /// The demo's own: a line in 1,700 that is 25 times too high; also in the past.
    Demo,
}

/// SplitMix64: Steele, Lea, Flood, OOPSLA 2014.
#[derive(Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound
    }
}

fn mix(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[derive(Debug)]
struct Charge {
    invoice: usize,
    line: u32,
    forwarder: usize,
    code: usize,
    currency: usize,
    amount: Figure,
    at: Micros,
    planted: Option<Planted>,
}

/// Simulated invoices, a thousand a day.
#[derive(Debug)]
pub(super) struct Invoices {
    charges: Vec<Charge>,
    ids: Vec<String>,
    forwarders: Vec<String>,
    seed: u64,
}

impl Invoices {
    /// `num` invoices from the `first` on, without planted errors; the demo's rare line that is 25 times too high is in.
    pub(super) fn clean(seed: u64, num_forwarders: u64, first: u64, num: u64) -> Self {
        Self::new(seed, num_forwarders, first..first + num, 0.0)
    }

    /// The same with planted errors: of each gross kind one line in 2,000, of raised tariffs one in 250.
    pub(super) fn with_errors(seed: u64, num_forwarders: u64, first: u64, num: u64) -> Self {
        Self::new(seed, num_forwarders, first..first + num, 1.0)
    }

    fn new(seed: u64, num_forwarders: u64, numbers: std::ops::Range<u64>, errors: f64) -> Self {
        let mut invoices = Self {
            charges: Vec::new(),
            ids: numbers.clone().map(|number| format!("inv-{number:07}")).collect(),
            forwarders: (0..num_forwarders).map(|nth| format!("forwarder-{nth:02}")).collect(),
            seed,
        };
        for (invoice, number) in numbers.enumerate() {
            invoices.draw(invoice, number, errors);
        }
        invoices
    }

    pub(super) fn lines(&self) -> Vec<Line<'_>> {
        let line = |charge: &Charge| Line {
            invoice_id: &self.ids[charge.invoice],
            line: charge.line,
            city: "HKG",
            forwarder: &self.forwarders[charge.forwarder],
            code: CHARGES[charge.code].0,
            currency: CURRENCIES[charge.currency].0,
            lane: None,
            amount: charge.amount,
            at: charge.at,
        };
        self.charges.iter().map(line).collect()
    }

    pub(super) fn planted(&self) -> BTreeMap<(&str, u32), Planted> {
        let of = |charge: &Charge| charge.planted.map(|kind| ((self.ids[charge.invoice].as_str(), charge.line), kind));
        self.charges.iter().filter_map(of).collect()
    }

    fn draw(&mut self, invoice: usize, number: u64, errors: f64) {
        let mut random = Random(mix(self.seed) ^ mix(number + 1));
        let forwarder = zipf(self.forwarders.len() as u64, &mut random);
        let local = city_currency(&mut random);
        let currency = if random.unit() < 0.06 { USD } else { local };
        let at = number as i64 * (DAY / PER_DAY as i64);
        let first = random.below(10) as usize;
        let num_lines = 1 + random.below(5) as usize;
        let mut line = 0;
        for nth in 0..num_lines {
            let code = (first + nth * 3) % CHARGES.len();
            let mut charge = Charge { invoice, line, forwarder, code, currency, amount: Figure(0), at, planted: None };
            let hkd_cents = self.hkd_cents(&charge, &mut random);
            let demo = (random.unit() < 0.0006).then_some(Planted::Demo);
            let planted = plant(&mut random, CHARGES[code].2, errors).or(demo);
            let (factor, written) = match planted {
                Some(Planted::Threefold) => (3.0, currency),
                Some(Planted::DecimalShift) => ([10.0, 0.1, 100.0][random.below(3) as usize], currency),
                Some(Planted::OtherCurrency) => (1.0, if currency == USD { local } else { USD }),
                Some(Planted::RaisedTariff) => (1.2, currency),
                Some(Planted::Demo) => (25.0, currency),
                Some(Planted::RepeatedLine) | None => (1.0, currency),
            };
            charge.amount = amount(hkd_cents * factor, written);
            charge.planted = planted.filter(|kind| *kind != Planted::RepeatedLine);
            line += 1;
            let again = Charge { line, planted, ..charge };
            self.charges.push(charge);
            if planted == Some(Planted::RepeatedLine) {
                self.charges.push(again);
                line += 1;
            }
        }
    }

    /// What is asked, before it is converted: of a tariff one of its prices, of other codes the demo's 0.90 to 1.30.
    fn hkd_cents(&self, charge: &Charge, random: &mut Random) -> f64 {
        let (_, base, is_tariff) = CHARGES[charge.code];
        let own = mix((charge.forwarder * 16 + charge.code) as u64);
        let usual = base as f64 * (80 + own % 45) as f64 / 100.0;
        if !is_tariff || random.unit() < FREE {
            return usual * (0.90 + 0.40 * random.unit());
        }
        let num_prices = 1 + mix(own ^ 5) % 3;
        let price = usual * [1.0, 1.6, 1.9][random.below(num_prices) as usize];
        // One tariff in two is revised at some day of a year, by 3 to 8 %.
        let revised_at = (mix(own ^ 7 ^ self.seed) % 730) as i64 * DAY;
        let raised = 1.03 + (mix(own ^ 11) % 6) as f64 / 100.0;
        price * if charge.at % (730 * DAY) >= revised_at { raised } else { 1.0 }
    }
}

/// Charges of a tariff that are agreed freely.
const FREE: f64 = 0.01;

fn plant(random: &mut Random, is_tariff: bool, errors: f64) -> Option<Planted> {
    let draw = random.unit() / errors;
    let kinds = [Planted::Threefold, Planted::DecimalShift, Planted::OtherCurrency, Planted::RepeatedLine];
    let raised = 0.002..0.006;
    match draw {
        _ if draw < 0.002 => Some(kinds[(draw / 0.000_5) as usize]),
        _ if raised.contains(&draw) && is_tariff => Some(Planted::RaisedTariff),
        _ => None,
    }
}

fn zipf(num: u64, random: &mut Random) -> usize {
    let weight = |rank: u64| (rank as f64 + 1.6).powf(-0.95);
    let mut left = random.unit() * (0..num).map(weight).sum::<f64>();
    for rank in 0..num {
        left -= weight(rank);
        if left < 0.0 {
            return rank as usize;
        }
    }
    0
}

fn city_currency(random: &mut Random) -> usize {
    let mut left = random.below(1_000);
    for (nth, (_, weight, _)) in CURRENCIES.iter().enumerate() {
        match left.checked_sub(*weight) {
            Some(rest) => left = rest,
            None => return nth,
        }
    }
    0
}

/// Cents of HKD as an amount of a currency, to its smallest unit.
fn amount(hkd_cents: f64, currency: usize) -> Figure {
    let (code, _, hkd) = CURRENCIES[currency];
    let units = if matches!(code, "JPY" | "KRW" | "VND") { 1.0 } else { 100.0 };
    let value = (hkd_cents / 100.0 / (hkd as f64 / 1e9) * units).round().max(1.0) / units;
    Figure((value * 1e9).round() as i128)
}
