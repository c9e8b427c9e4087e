//! One series: its detector, fed each period once, and how the open hour looks so far.

use std::collections::BTreeMap;

use super::ask::{Cell, Kpi};
use super::clock::{Classes, Clock};
use crate::anomaly::series::{Detector, Finding, Judgement, Measure, Point, Settings};

/// Things that a share of the open hour needs, before it is judged.
const NUM_EARLY: f64 = 20.0;

/// An incident that is so many times as far off as when it was told is told again.
const FAR_WORSE: f64 = 10.0;

/// A series up to a period.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) clock: Clock,
    /// The first period that was not fed.
    pub(super) next: i64,
    detector: Detector,
    last_step: Option<u64>,
    /// What was judged of the last point.
    last: Option<Judgement>,
    /// What was judged of the point that deviated most of the incident that goes on.
    peak: Option<Judgement>,
}

/// What a detector found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub(super) finding: Finding,
    /// What was judged of its worst point.
    pub(super) peak: Option<Judgement>,
    pub(super) goes_on: bool,
}

impl Seen {
    /// Whether what happened since another look at the same series makes it far worse.
    pub(super) fn is_far_worse_than(&self, other: &Self) -> bool {
        let is_off_by = |of: &Finding| (of.observed - of.expected).abs();
        is_off_by(&self.finding) >= FAR_WORSE * is_off_by(&other.finding)
    }
}

impl Series {
    /// A series that begins at a period.
    pub(super) const fn new(clock: Clock, settings: Settings, first: i64) -> Self {
        Self { clock, next: first, detector: Detector::new(settings), last_step: None, last: None, peak: None }
    }

    /// Feeds the periods before `until`; gives what has ended in them.
    pub(super) fn feed(
        &mut self,
        kpi: &Kpi,
        cells: Option<&BTreeMap<i64, Cell>>,
        classes: &Classes,
        until: i64,
    ) -> Vec<Seen> {
        let mut ended = Vec::new();
        while self.next < until {
            let period = self.next;
            let cell = cells.and_then(|cells| cells.get(&period)).copied();
            ended.extend(self.step(period, kpi.measure(cell), classes.of(period)));
            self.next += 1;
        }
        ended
    }

    /// What goes on: of hours the incident with which the open one begins, if it is another than that of those before or
    /// makes it far worse.
    pub(super) fn as_it_looks(
        &self,
        kpi: &Kpi,
        cells: Option<&BTreeMap<i64, Cell>>,
        classes: &Classes,
        until: i64,
    ) -> Option<Seen> {
        let ongoing = self.ongoing();
        let early = if self.clock.is_hourly() { self.early(kpi, cells, classes, until) } else { None };
        // What has too much already is no longer silent; and a little too much must not hide what is much too much.
        let is_news = |early: &Seen| {
            ongoing.is_none_or(|of| of.finding.from != early.finding.from || early.is_far_worse_than(&of))
        };
        early.filter(is_news).or(ongoing)
    }

    /// The incident that goes on.
    fn ongoing(&self) -> Option<Seen> {
        let finding = self.detector.ongoing()?;
        Some(Seen { finding, peak: self.peak.filter(|peak| peak.step == finding.peak), goes_on: true })
    }

    /// The incident that would go on, were the periods up to `until` over: what came so far is judged as if nothing more
    /// came. So only what is above what is usual counts, for the rest of a period can but add to it.
    fn early(&self, kpi: &Kpi, cells: Option<&BTreeMap<i64, Cell>>, classes: &Classes, until: i64) -> Option<Seen> {
        let mut ahead = self.clone();
        for period in self.next..until {
            let cell = cells.and_then(|cells| cells.get(&period)).copied();
            let measure = cell.and_then(|cell| kpi.measure(Some(cell))).filter(|measure| is_enough(*measure));
            let mut next = ahead.clone();
            next.step(period, measure, classes.of(period));
            // What is not there yet says nothing about what is.
            if next.last.is_some_and(|last| last.observed > last.expected) {
                ahead = next;
            }
        }
        ahead.ongoing().filter(|seen| seen.finding.is_above)
    }

    fn step(&mut self, period: i64, measure: Option<Measure>, class: u8) -> Option<Seen> {
        let step = self.clock.step(period);
        // An hour that a clock shows twice is fed once.
        if self.last_step.is_some_and(|last| step <= last) {
            return None;
        }
        self.last_step = Some(step);
        let is_complete = measure.is_some();
        let measure = measure.unwrap_or(Measure::Count(0.0));
        self.last = self.detector.step(&Point { step, measure, is_complete, class });
        // What ends and what begins may do so at the same point.
        let peak = |finding: &Finding| self.peak.filter(|peak| peak.step == finding.peak);
        let ended = self.detector.take_finding().map(|finding| Seen { peak: peak(&finding), finding, goes_on: false });
        let is_worst = |judged: &Judgement| self.detector.ongoing().is_some_and(|of| of.peak == judged.step);
        if let Some(worst) = self.last.filter(is_worst) {
            self.peak = Some(worst);
        }
        ended
    }
}

fn is_enough(measure: Measure) -> bool {
    !matches!(measure, Measure::Rate { denominator, .. } if denominator < NUM_EARLY)
}
