//! Watches the KPIs that the catalogue wants watched, hour by hour and day by day, and what is used of services, day by
//! day: of each city, of each forwarder over all cities, and of all cities together where figures add up.
//!
//! Each series has a detector, which is fed each period once, when it has been over for ten minutes. The hour that is
//! open is looked at too: what is above what is usual already will be so at its end. Once a day all detectors learn anew
//! from the past, so that events that came late, and a history that was loaded, count.
//!
//! # Layout (a figure's way)
//! * `ask`: what is watched, and its cells
//! * `clock`: periods as steps, and what kind of day each is in
//! * `follow`: one series
//! * `split`: which part made a figure unusual; `words`: the finding

mod ask;
mod clock;
mod follow;
mod split;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, HOUR, Micros};

use self::ask::{Cells, Kpi, Kpis, cells, newest, watched};
use self::clock::{Classes, Clock, Place};
use self::follow::{Seen, Series};
use self::split::Figures;
use super::Found;
use crate::forecast::past::{Grain, Key};

/// The past that detectors learn from: eight weeks of hours; more than a year of days, so that each holiday was there.
const HOURS_PAST: i64 = 8 * 7 * 24;
const DAYS_PAST: i64 = 400;

/// Where the newest figure is older, a history is being loaded, and nothing is watched yet.
const CURRENT: Micros = 3 * DAY;

/// Rest between two looks whether figures are current.
const RETRY: Micros = HOUR / 6;

/// When all is learnt anew, what ended so shortly before is found again; the lake knows it.
const OVERLAP: Micros = 2 * DAY;

/// Of what lasts, so many periods say which part made it unusual: within a week, so that the weeks before are usual.
const NUM_SPLIT_MAX: i64 = 7;

/// The watch.
#[derive(Debug, Default)]
pub struct KpiWatch {
    kpis: Kpis,
    series: BTreeMap<Key, Series>,
    /// The day, in days since 1970, on which was learnt last.
    learnt_on: Option<i64>,
    /// When was looked last.
    looked_at: Option<Micros>,
    not_before: Micros,
    /// What was said of series whose incident goes on.
    told: BTreeMap<Key, Seen>,
    /// What was found and not said yet.
    unsaid: Vec<(Key, Seen)>,
}

impl KpiWatch {
    /// Feeds what is over since the last look, and looks at what is open.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`]; nothing is lost, and the next look asks again.
    pub async fn look(
        &mut self,
        queries: &dyn PinnedQueries,
        since_at: Micros,
        now_at: Micros,
    ) -> Result<Vec<Found>, ServiceError> {
        let today = (now_at - HOUR).div_euclid(DAY);
        let is_anew = self.learnt_on != Some(today);
        if is_anew && now_at < self.not_before {
            return Ok(vec![]);
        }
        let cells =
            if is_anew { self.start_anew(queries, now_at).await? } else { self.ask_new(queries, now_at).await? };
        if cells.is_empty() && self.series.is_empty() {
            return Ok(vec![]);
        }
        let since_at = match self.looked_at {
            // What is fed for the first time is news whenever it was.
            Some(_) if !is_anew => Micros::MIN,
            Some(looked_at) => since_at.max(looked_at - OVERLAP),
            None => since_at,
        };
        self.feed(&cells, since_at, now_at);
        (self.learnt_on, self.looked_at) = (Some(today), Some(now_at));
        let mut found = Vec::new();
        for (key, seen) in std::mem::take(&mut self.unsaid) {
            found.extend(self.found(queries, &key, seen).await);
        }
        Ok(found)
    }

    /// Forgets the detectors, and asks for the past.
    async fn start_anew(&mut self, queries: &dyn PinnedQueries, now_at: Micros) -> Result<Cells, ServiceError> {
        let kpis = watched(queries).await?;
        let first = (now_at.div_euclid(HOUR) - HOURS_PAST, now_at.div_euclid(DAY) - DAYS_PAST);
        let cells = cells(queries, &kpis, (Some(first.0), Some(first.1))).await?;
        (self.kpis, self.series) = (kpis, BTreeMap::new());
        if newest(&cells).is_none_or(|newest_at| now_at - newest_at >= CURRENT) {
            (self.learnt_on, self.not_before) = (None, now_at + RETRY);
            return Ok(Cells::new());
        }
        Ok(cells)
    }

    /// The cells from the first period that a series lacks on; of days only where one is over.
    async fn ask_new(&self, queries: &dyn PinnedQueries, now_at: Micros) -> Result<Cells, ServiceError> {
        let of_grain = |grain| self.series.iter().filter(move |(key, _)| key.grain == grain).map(|(_, series)| series);
        let hour = of_grain(Grain::Hour).map(|series| series.next).min().unwrap_or(now_at.div_euclid(HOUR) - 1);
        let is_due = |series: &&Series| series.next < series.clock.first_open(now_at);
        let day = of_grain(Grain::Day).filter(is_due).map(|series| series.next).min();
        cells(queries, &self.kpis, (Some(hour), day)).await
    }

    /// Feeds all series, and notes what has ended, and what goes on otherwise than was said.
    fn feed(&mut self, cells: &Cells, since_at: Micros, now_at: Micros) {
        for (key, cells) in cells {
            if let Some((kpi, (first, _))) = self.kpis.get(&key.kpi).zip(cells.first_key_value()) {
                let clock = Clock::of(key.grain, key.city.as_deref());
                let series = || Series::new(clock, kpi.settings(key.grain), *first);
                self.series.entry(key.clone()).or_insert_with(series);
            }
        }
        let of_days = kinds_of_days(self.series.values(), now_at);
        for (key, series) in &mut self.series {
            let Some(kpi) = self.kpis.get(&key.kpi) else { continue };
            let (clock, cells) = (series.clock, cells.get(key));
            let (until, end) = (clock.first_open(now_at), clock.period(now_at) + 1);
            if key.grain == Grain::Day && series.next >= until {
                continue;
            }
            let Some(classes) = of_days.get(&clock.place()) else { continue };
            let ended = series.feed(kpi, cells, classes, until);
            let is_news = |seen: &Seen| clock.start(clock.period_of(seen.finding.to) + 1) >= since_at;
            let num_ended = ended.len();
            self.unsaid.extend(ended.into_iter().filter(is_news).map(|seen| (key.clone(), seen)));
            if num_ended > 0 {
                self.told.remove(key);
            }
            note(&mut self.told, &mut self.unsaid, key, series.as_it_looks(kpi, cells, classes, end));
        }
    }

    /// A finding with what made it unusual.
    async fn found(&self, queries: &dyn PinnedQueries, key: &Key, seen: Seen) -> Option<Found> {
        let kpi: &Kpi = self.kpis.get(&key.kpi)?;
        let clock = Clock::of(key.grain, key.city.as_deref());
        let mut finding = words::finding(key, kpi, clock, &seen);
        let first = clock.period_of(seen.finding.from);
        let num_max = if key.grain == Grain::Hour { 24 * NUM_SPLIT_MAX } else { NUM_SPLIT_MAX };
        let span = (first, clock.period_of(seen.finding.to).min(first + num_max - 1));
        match (Figures { key, kpi, clock, span }).split(queries).await {
            Ok(Some(parts)) => finding.explanation += &format!("; beside the mean of the four weeks before, {parts}"),
            Ok(None) => {}
            // The finding stands without it, and says so.
            Err(error) => finding.explanation += &format!("; which part did it could not be asked: {}", error.message),
        }
        let alarm_from = Some(kpi.settings(key.grain).alarm_from());
        Some(Found { id: finding.id(), finding, goes_on: seen.goes_on, alarm_from })
    }
}

/// The kinds of the days from the first that a series of a place lacks on.
fn kinds_of_days<'a>(series: impl Iterator<Item = &'a Series>, now_at: Micros) -> BTreeMap<Place, Classes> {
    let mut firsts: BTreeMap<Place, (i64, Clock)> = BTreeMap::new();
    for Series { clock, next, .. } in series {
        let (first, _) = firsts.entry(clock.place()).or_insert((*next, *clock));
        *first = (*first).min(*next);
    }
    let classes = |(first, clock): (i64, Clock)| clock.classes(first, clock.period(now_at) + 1);
    firsts.into_iter().map(|(place, from)| (place, classes(from))).collect()
}

/// Notes what goes on where it is new, or is another kind or severity than was said or far worse; and the end of what was
/// said to go on and no longer does.
fn note(told: &mut BTreeMap<Key, Seen>, unsaid: &mut Vec<(Key, Seen)>, key: &Key, ongoing: Option<Seen>) {
    let looks = |seen: &Seen| (seen.finding.kind, seen.finding.severity);
    match (ongoing, told.get(key)) {
        (Some(seen), Some(last)) if looks(last) == looks(&seen) && !seen.is_far_worse_than(last) => {}
        (Some(seen), last) => {
            let is_over = |last: &&Seen| last.finding.from != seen.finding.from;
            unsaid.extend(last.filter(is_over).map(|last| (key.clone(), Seen { goes_on: false, ..*last })));
            told.insert(key.clone(), seen);
            unsaid.push((key.clone(), seen));
        }
        (None, Some(last)) => {
            unsaid.push((key.clone(), Seen { goes_on: false, ..*last }));
            told.remove(key);
        }
        (None, None) => {}
    }
}
