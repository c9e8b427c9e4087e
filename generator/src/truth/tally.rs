//! The running figures behind a truth: arrays indexed by topic, place, month and type, named only at the end.

use std::collections::BTreeMap;

use crate::clock::{DAY, civil};
use crate::disorder::LATE_AFTER;
use crate::fields;
use crate::json::{NANO_DIGITS, push_decimal};
use crate::kind::{self, Kind, Place};
use crate::truth::kpi::{self, InvoiceFacts, Kpi};
use crate::truth::{Counts, Ratio, Sums};
use crate::usage::{CURRENCIES, METERS};
use tidemark_model::stream::Stream;

const NUM_TOPICS: usize = Stream::ALL.len();

/// Counts while a history is generated.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    first_day: i64,
    /// Year times twelve plus month (from 0) of the first month.
    first_month: i64,
    /// Month by UTC day from `first_day`.
    month_of_day: Vec<u8>,
    num_months: usize,
    unique: [u64; NUM_TOPICS],
    duplicates: [u64; NUM_TOPICS],
    refused: [Counts; NUM_TOPICS],
    late: u64,
    by_type: [u64; kind::NAMES.len()],
    /// By topic, place and month.
    by_month: Vec<u64>,
    /// By place, month and KPI.
    kpis: Vec<(i64, i64)>,
    /// Billionths by meter and currency.
    cost: [[i128; CURRENCIES.len()]; METERS.len()],
    /// Thousandths by meter.
    quantity: [i128; METERS.len()],
    charges: BTreeMap<&'static str, i64>,
}

impl Tally {
    /// A tally of the span from `start` to `end`, in microseconds since 1970.
    pub(crate) fn new(start: i64, end: i64) -> Self {
        let first_day = start.div_euclid(DAY);
        let month_number = |day| {
            let (year, month, _) = civil(day);
            year * 12 + i64::from(month) - 1
        };
        let first_month = month_number(first_day);
        // Local days run up to one day ahead of UTC.
        let last_day = end.div_euclid(DAY) + 1;
        let month_of_day: Vec<u8> = (first_day..=last_day).map(|day| (month_number(day) - first_month) as u8).collect();
        let num_months = (month_number(last_day) - first_month + 1) as usize;
        Self {
            first_day,
            first_month,
            month_of_day,
            num_months,
            unique: [0; NUM_TOPICS],
            duplicates: [0; NUM_TOPICS],
            refused: Default::default(),
            late: 0,
            by_type: [0; kind::NAMES.len()],
            by_month: vec![0; NUM_TOPICS * Place::COUNT * num_months],
            kpis: vec![(0, 0); Place::COUNT * num_months * kpi::NAMES.len()],
            cost: [[0; CURRENCIES.len()]; METERS.len()],
            quantity: [0; METERS.len()],
            charges: BTreeMap::new(),
        }
    }

    /// Counts an event that was emitted for the first time.
    pub(crate) fn unique(&mut self, kind: Kind, place: Place, at: i64, arrival: i64) {
        let topic = kind.topic() as usize;
        self.unique[topic] += 1;
        self.by_type[kind as usize] += 1;
        self.late += u64::from(arrival - at > LATE_AFTER);
        let month = self.month(at);
        self.by_month[(topic * Place::COUNT + usize::from(place.0)) * self.num_months + month] += 1;
    }

    /// Counts a record that repeats an event.
    pub(crate) fn duplicate(&mut self, topic: Stream) {
        self.duplicates[topic as usize] += 1;
    }

    /// Counts a malformed record.
    pub(crate) fn refused(&mut self, topic: Stream, reason: &str) {
        *self.refused[topic as usize].entry(reason.to_owned()).or_default() += 1;
    }

    /// Adds to a KPI of a place in the month of a local time.
    pub(crate) fn kpi(&mut self, place: Place, local: i64, kpi: Kpi, parts: (i64, i64)) {
        let month = self.month(local);
        self.add(usize::from(place.0), month, kpi, parts.0, parts.1);
    }

    /// Adds to a KPI of a place and month, by their numbers.
    pub(crate) fn add(&mut self, place: usize, month: usize, kpi: Kpi, numerator: i64, denominator: i64) {
        let slot = &mut self.kpis[(place * self.num_months + month) * kpi::NAMES.len() + kpi as usize];
        slot.0 += numerator;
        slot.1 += denominator;
    }

    /// Adds a usage event: quantity in thousandths, cost in billionths.
    pub(crate) fn usage(&mut self, meter: usize, quantity: i64, cost: Option<(usize, i64)>) {
        self.quantity[meter] += i128::from(quantity);
        if let Some((currency, cost)) = cost {
            self.cost[meter][currency] += i128::from(cost);
        }
    }

    /// Adds an invoice whose whole life is known: when it was received and when it settled, in its city's time.
    pub(crate) fn invoice(
        &mut self,
        place: Place,
        facts: &InvoiceFacts,
        received_local: i64,
        settled_local: Option<i64>,
    ) {
        self.kpi(place, received_local, Kpi::InvoicesReceived, (1, 0));
        let month = self.month(received_local);
        facts.fold_steps(usize::from(place.0), month, self);
        if let Some(extraction) = facts.extraction.filter(|extraction| extraction.num_charges > 0) {
            *self.charges.entry(extraction.currency).or_default() += extraction.total;
        }
        if let Some(local) = settled_local {
            let month = self.month(local);
            facts.fold(usize::from(place.0), month, self);
        }
    }

    fn month(&self, at: i64) -> usize {
        let day = (at.div_euclid(DAY) - self.first_day).clamp(0, self.month_of_day.len() as i64 - 1);
        usize::from(self.month_of_day[day as usize])
    }

    pub(crate) fn late(&self) -> u64 {
        self.late
    }

    pub(crate) fn unique_events(&self) -> Counts {
        by_topic(|topic| self.unique[topic])
    }

    pub(crate) fn duplicates(&self) -> Counts {
        by_topic(|topic| self.duplicates[topic])
    }

    pub(crate) fn records(&self) -> Counts {
        by_topic(|topic| self.unique[topic] + self.duplicates[topic] + self.refused[topic].values().sum::<u64>())
    }

    pub(crate) fn dead_letters(&self) -> BTreeMap<String, Counts> {
        let named = |topic: Stream| (topic.name().to_owned(), self.refused[topic as usize].clone());
        Stream::ALL.into_iter().map(named).filter(|(_, reasons)| !reasons.is_empty()).collect()
    }

    pub(crate) fn events_by_type(&self) -> Counts {
        let named = kind::NAMES.iter().zip(self.by_type).filter(|(_, count)| *count > 0);
        named.map(|(name, count)| ((*name).to_owned(), count)).collect()
    }

    pub(crate) fn events_by_city_month(&self) -> BTreeMap<String, BTreeMap<String, Counts>> {
        let mut all = BTreeMap::<String, BTreeMap<String, Counts>>::new();
        for (index, &count) in self.by_month.iter().enumerate().filter(|(_, count)| **count > 0) {
            let (rest, month) = (index / self.num_months, index % self.num_months);
            let topic = Stream::ALL[rest / Place::COUNT].name().to_owned();
            let city = Place((rest % Place::COUNT) as u8).code().to_owned();
            all.entry(topic).or_default().entry(city).or_default().insert(self.month_name(month), count);
        }
        all
    }

    pub(crate) fn kpi_by_city_month(&self) -> BTreeMap<String, BTreeMap<String, BTreeMap<String, Ratio>>> {
        let mut all = BTreeMap::<String, BTreeMap<String, BTreeMap<String, Ratio>>>::new();
        for (index, &(numerator, denominator)) in self.kpis.iter().enumerate().filter(|(_, parts)| **parts != (0, 0)) {
            let (rest, kpi) = (index / kpi::NAMES.len(), index % kpi::NAMES.len());
            let city = Place((rest / self.num_months) as u8).code().to_owned();
            let month = self.month_name(rest % self.num_months);
            let ratio = Ratio { numerator, denominator: Some(denominator).filter(|_| kpi >= kpi::NUM_COUNTS) };
            all.entry(city).or_default().entry(month).or_default().insert(kpi::NAMES[kpi].to_owned(), ratio);
        }
        all
    }

    pub(crate) fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for (currency, name) in CURRENCIES.iter().enumerate() {
            let total = self.cost.iter().map(|by_currency| by_currency[currency]).sum();
            sums.usage_cost.insert((*name).to_owned(), decimal(total, NANO_DIGITS));
        }
        for (meter, name) in METERS.iter().enumerate().filter(|(meter, _)| self.quantity[*meter] != 0) {
            sums.usage_quantity.insert(name.0.to_owned(), decimal(self.quantity[meter], 3));
            let costs = CURRENCIES.iter().zip(self.cost[meter]).filter(|(_, cost)| *cost != 0);
            let costs: BTreeMap<_, _> =
                costs.map(|(currency, cost)| ((*currency).to_owned(), decimal(cost, NANO_DIGITS))).collect();
            if !costs.is_empty() {
                sums.usage_cost_by_meter.insert(name.0.to_owned(), costs);
            }
        }
        for (&currency, &total) in &self.charges {
            let mut text = Vec::new();
            push_decimal(&mut text, total, fields::currency(currency).0);
            sums.charges.insert(currency.to_owned(), String::from_utf8_lossy(&text).into_owned());
        }
        sums
    }

    fn month_name(&self, month: usize) -> String {
        let number = self.first_month + month as i64;
        format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1)
    }
}

/// Decimal text without needless zeros.
fn decimal(units: i128, digits: u32) -> String {
    rust_decimal::Decimal::try_from_i128_with_scale(units, digits).unwrap_or_default().normalize().to_string()
}

fn by_topic(count: impl Fn(usize) -> u64) -> Counts {
    Stream::ALL.into_iter().map(|topic| (topic.name().to_owned(), count(topic as usize))).collect()
}
