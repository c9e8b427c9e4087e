//! One anomaly from its first point to its last, however many points cross a threshold in between.

use super::dispersion::Sum;
use super::judgement::{Kind, Severity};
use super::settings::Settings;
use super::windows::{Look, Windows};

/// Most points that an end is recognised by, and the fewest.
const CALM_MAX: usize = 72;
const CALM_MIN: usize = 2;
/// The last points are calm where they deviate by less than this many standard deviations in the incident's direction,
/// while the incident, had it gone on, would have made this many.
const CALM: f64 = 1.0;
const VISIBLE: f64 = 5.0;
/// What is left of what was expected when a series is called silent.
const SILENT_PART: f64 = 0.05;

/// An anomaly that goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Incident {
    /// Its first point.
    pub(super) from: u64,
    /// The point at which it was noticed.
    pub(super) noticed_at: u64,
    /// 1 where more was observed than expected, else -1.
    pub(super) sign: f64,
    /// Points so far.
    pub(super) num_points: usize,
    /// What was observed and expected so far.
    pub(super) sum: Sum,
    /// Its largest score.
    pub(super) score: f64,
    /// The point that deviated most, and by how many standard deviations.
    pub(super) peak: (u64, f64),
}

/// What a further point does to an incident.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Course {
    /// It goes on.
    GoesOn,
    /// It ended so many points ago.
    Ended(usize),
    /// It has lasted so long that this multiple of the level is the new normal.
    Stays(f64),
}

impl Incident {
    /// An incident that a window reveals. `steps` are those of the last points, the newest last.
    pub(super) fn noticed(look: Look, windows: &Windows, steps: impl DoubleEndedIterator<Item = u64>, at: u64) -> Self {
        let sign = look.deviation.signum();
        let num_points = windows.onset(look.window, sign);
        let from = steps.rev().nth(num_points - 1).unwrap_or(at);
        Self {
            from,
            noticed_at: at,
            sign,
            num_points,
            sum: windows.last(num_points),
            score: look.score,
            peak: (at, look.deviation.abs()),
        }
    }

    /// Takes a further point, which is the last of the windows.
    pub(super) fn take(&mut self, at: u64, looks: &[Look], windows: &Windows, settings: &Settings) -> Course {
        self.num_points += 1;
        self.sum.add(windows.last(1));
        if let Some(point) = looks.first() {
            if point.deviation.abs() > self.peak.1 {
                self.peak = (at, point.deviation.abs());
            }
            self.score = self.score.max(point.score);
        }
        if let Some(num_calm) = self.calm(windows) {
            return Course::Ended(num_calm);
        }
        if self.num_points >= settings.adoption {
            return Course::Stays(windows.last(settings.adoption).ratio());
        }
        Course::GoesOn
    }

    /// How many of the last points show that it is over, if they do.
    fn calm(&self, windows: &Windows) -> Option<usize> {
        let longest = CALM_MAX.min(self.num_points.saturating_sub(1));
        (CALM_MIN..=longest).find(|num| {
            let Some(law) = windows.law(*num) else { return false };
            let last = windows.last(*num);
            let change = (self.sum.less(last).ratio() - 1.0).abs();
            let would_show = change * last.expected >= VISIBLE * law.deviation(last);
            would_show && law.standardised(last).abs() < CALM
        })
    }

    /// What it looks like so far.
    pub(super) fn kind(&self, is_rate: bool, settings: &Settings) -> Kind {
        let is_silent = !is_rate && self.sum.observed <= SILENT_PART * self.sum.expected;
        match self.sign {
            _ if is_silent => Kind::Silence,
            _ if 2 * self.num_points >= settings.adoption => Kind::LevelShift,
            sign if sign > 0.0 => Kind::Spike,
            _ => Kind::Drop,
        }
    }

    /// How much it matters so far.
    pub(super) fn severity(&self, settings: &Settings) -> Severity {
        Severity::of(self.sum.observed, self.sum.expected, self.score, settings)
    }
}
