//! How often rules read right: by rule version, rule, field, forwarder and city, for each day of UTC (rules are shared
//! by all cities, so no city's own day would do). Longer windows are sums of days.
//!
//! Intervals are Wilson's at 95 % (Wilson 1927; recommended with small counts by Brown, Cai and DasGupta 2001): they
//! stay within 0 and 1 and are honest where all or nothing was right. They take each field as a case of its own.

use std::collections::BTreeMap;

use super::facts::{DAY, Layer, Reading};

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A fall by more than so many percentage points is a drop (domain, section 5).
const DROP_POINTS: i128 = 5;

/// Counts of readings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub samples: u64,
    /// How many of them were right.
    pub correct: u64,
}

impl Tally {
    /// Counts more readings in.
    pub const fn add(&mut self, other: Self) {
        self.samples += other.samples;
        self.correct += other.correct;
    }

    /// The accuracy, 0 to 1; none of nothing.
    #[must_use]
    pub fn accuracy(self) -> Option<f64> {
        (self.samples > 0).then(|| self.correct as f64 / self.samples as f64)
    }

    /// The accuracy's 95 % interval by Wilson, within 0 to 1; none of nothing.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        let accuracy = self.accuracy()?;
        let samples = self.samples as f64;
        let scale = 1.0 + Z * Z / samples;
        let centre = (accuracy + Z * Z / (2.0 * samples)) / scale;
        let half = Z / scale * (accuracy * (1.0 - accuracy) / samples + Z * Z / (4.0 * samples * samples)).sqrt();
        // At the ends the bound is the end itself; rounding must not leave a trace beside it.
        let low = if self.correct == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if self.correct == self.samples { 1.0 } else { (centre + half).min(1.0) };
        Some((low, high))
    }

    /// Whether the accuracy is more than 5 points below an earlier one; exactly 5 points is not. Nothing is no drop.
    #[must_use]
    pub fn dropped_from(self, before: Self) -> bool {
        let (samples, correct) = (i128::from(self.samples), i128::from(self.correct));
        let (samples_before, correct_before) = (i128::from(before.samples), i128::from(before.correct));
        100 * (correct_before * samples - correct * samples_before) > DROP_POINTS * samples_before * samples
    }
}

/// Whose accuracy a row tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// A version of a rule.
    RuleVersion,
    /// A rule, all its versions.
    Rule,
    /// A field, whichever rule read it.
    Field,
    /// A forwarder, all its fields.
    Forwarder,
    /// A city, all its invoices.
    City,
}

impl Grain {
    /// Its name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RuleVersion => "rule_version",
            Self::Rule => "rule",
            Self::Field => "field",
            Self::Forwarder => "forwarder",
            Self::City => "city",
        }
    }
}

/// A row of `rule_accuracy`. What a grain does not name, or what differs among its readings, is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Whose.
    pub grain: Grain,
    /// The rule.
    pub rule_id: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its layer.
    pub layer: Option<Layer>,
    /// The forwarder.
    pub forwarder: Option<String>,
    /// The field.
    pub field: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// Where the day begins.
    pub window_start: i64,
    /// Where it ends, excluded.
    pub window_end: i64,
    /// What was counted.
    pub tally: Tally,
}

type Days = BTreeMap<i64, Tally>;

/// What all readings have in common, if anything.
#[derive(Debug, Clone, Default)]
enum Common {
    #[default]
    Unseen,
    One(String),
    Several,
}

impl Common {
    fn see(&mut self, seen: Option<&str>) {
        let Some(seen) = seen else { return };
        match self {
            Self::Unseen => *self = Self::One(seen.to_owned()),
            Self::One(known) if known != seen => *self = Self::Several,
            Self::One(_) | Self::Several => {}
        }
    }

    fn one(&self) -> Option<String> {
        if let Self::One(known) = self { Some(known.clone()) } else { None }
    }
}

/// A version's counts, and what it reads.
#[derive(Debug)]
struct Version {
    /// The highest layer that its readings name.
    layer: Layer,
    forwarder: Common,
    field: Common,
    first_read_at: i64,
    days: Days,
}

/// All counts, by day. It grows with rules and days, not with readings.
#[derive(Debug, Default)]
pub struct Ledger {
    rules: BTreeMap<String, BTreeMap<String, Version>>,
    fields: BTreeMap<String, Days>,
    forwarders: BTreeMap<String, Days>,
    cities: BTreeMap<String, Days>,
}

impl Ledger {
    /// Counts a reading on the day on which it was judged.
    pub fn see(&mut self, reading: &Reading<'_>) {
        let day = reading.judged_at.div_euclid(DAY);
        let tally = Tally { samples: 1, correct: u64::from(reading.correct) };
        let version = self.rules.entry(reading.rule_id.to_owned()).or_default().entry(reading.version.to_owned());
        let version = version.or_insert_with(|| Version {
            layer: reading.layer,
            forwarder: Common::Unseen,
            field: Common::Unseen,
            first_read_at: reading.read_at,
            days: Days::new(),
        });
        version.layer = version.layer.max(reading.layer);
        version.forwarder.see(reading.forwarder);
        version.field.see(Some(reading.field));
        version.first_read_at = version.first_read_at.min(reading.read_at);
        version.days.entry(day).or_default().add(tally);
        self.fields.entry(reading.field.to_owned()).or_default().entry(day).or_default().add(tally);
        if let Some(forwarder) = reading.forwarder {
            self.forwarders.entry(forwarder.to_owned()).or_default().entry(day).or_default().add(tally);
        }
        if let Some(city) = reading.city {
            self.cities.entry(city.to_owned()).or_default().entry(day).or_default().add(tally);
        }
    }

    /// The rules that have read anything.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.keys().map(String::as_str)
    }

    /// The versions of a rule that have read anything, each with when it first did.
    pub fn versions(&self, rule_id: &str) -> impl Iterator<Item = (&str, i64)> {
        let versions = self.rules.get(rule_id).into_iter().flatten();
        versions.map(|(name, version)| (name.as_str(), version.first_read_at))
    }

    /// What a rule, all versions, has read in the days before a time, at most so many.
    #[must_use]
    pub fn rule_before(&self, rule_id: &str, before_at: i64, num_days: i64) -> Tally {
        let day = before_at.div_euclid(DAY);
        let mut sum = Tally::default();
        for version in self.rules.get(rule_id).into_iter().flat_map(BTreeMap::values) {
            version.days.range(day - num_days..day).for_each(|(_, tally)| sum.add(*tally));
        }
        sum
    }

    /// Every row, by grain, name and day.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = self.version_rows(i64::MIN);
        for (rule_id, versions) in &self.rules {
            let mut days = Days::new();
            for (day, tally) in versions.values().flat_map(|version| &version.days) {
                days.entry(*day).or_default().add(*tally);
            }
            let latest = versions.values().max_by_key(|version| version.first_read_at);
            for row in daily(Grain::Rule, &days) {
                let layer = latest.map(|version| version.layer);
                rows.push(Row { rule_id: Some(rule_id.clone()), layer, ..row });
            }
        }
        for (field, days) in &self.fields {
            rows.extend(daily(Grain::Field, days).map(|row| Row { field: Some(field.clone()), ..row }));
        }
        for (forwarder, days) in &self.forwarders {
            rows.extend(daily(Grain::Forwarder, days).map(|row| Row { forwarder: Some(forwarder.clone()), ..row }));
        }
        for (city, days) in &self.cities {
            rows.extend(daily(Grain::City, days).map(|row| Row { city: Some(city.clone()), ..row }));
        }
        rows
    }

    /// The rows of rule versions for the days that end after a time.
    #[must_use]
    pub fn version_rows(&self, after_at: i64) -> Vec<Row> {
        let mut rows = Vec::new();
        for (rule_id, versions) in &self.rules {
            for (name, version) in versions {
                let days = daily(Grain::RuleVersion, &version.days).filter(|row| row.window_end > after_at);
                rows.extend(days.map(|row| Row {
                    rule_id: Some(rule_id.clone()),
                    version: Some(name.clone()),
                    layer: Some(version.layer),
                    forwarder: version.forwarder.one(),
                    field: version.field.one(),
                    ..row
                }));
            }
        }
        rows
    }
}

fn daily(grain: Grain, days: &Days) -> impl Iterator<Item = Row> {
    days.iter().map(move |(day, tally)| Row {
        grain,
        rule_id: None,
        version: None,
        layer: None,
        forwarder: None,
        field: None,
        city: None,
        window_start: day * DAY,
        window_end: (day + 1) * DAY,
        tally: *tally,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(correct: u64, samples: u64) -> Tally {
        Tally { samples, correct }
    }

    #[test]
    fn intervals_are_wilsons() {
        // The formula of Wilson's paper in Python's floats.
        let expected = [
            (tally(0, 10), 0.0, 0.277_532_799_862_889_2),
            (tally(9, 10), 0.595_849_973_204_761_5, 0.982_123_786_904_927_1),
            (tally(7, 7), 0.645_669_564_933_312_6, 1.0),
            (tally(81, 263), 0.255_288_519_878_274_2, 0.366_209_576_982_800_04),
        ];
        for (tally, low, high) in expected {
            let (found_low, found_high) = tally.interval().unwrap();
            assert!((found_low - low).abs() < 1e-12 && (found_high - high).abs() < 1e-12, "{found_low} {found_high}");
        }
        assert_eq!(tally(0, 0).interval(), None);
    }

    #[test]
    fn exactly_five_points_is_no_drop() {
        assert!(!tally(90, 100).dropped_from(tally(95, 100)));
        assert!(tally(899, 1_000).dropped_from(tally(95, 100)));
        assert!(!tally(0, 0).dropped_from(tally(1, 1)));
        assert!(!tally(0, 1).dropped_from(tally(0, 0)));
    }
}
