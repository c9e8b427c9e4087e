//! What to do about it: each finding as one row with its figure, its limit, its moment, its probability and its reason.

use tidemark_model::kpi::Figure;

use super::budget::{MonthEnd, figure};
use super::outlook::Confidence;
use super::paths::Paths;
use super::peak::{Exceeded, Peak};
use super::reason;
use super::run_out::{Reservoir, RunOut, When};
use super::workers::{Scaling, Staffing, Step, probability_short};

/// From this probability on, somebody should act.
const ACT: f64 = 0.5;

/// From this probability on, somebody should know: capacity is planned for the 95th percentile.
const WARN: f64 = 0.05;

/// An advice.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// What it is about: `invoices an hour in HKG`, `disk`.
    pub what: String,
    /// What it is an advice on.
    pub kind: Kind,
    /// How pressing it is.
    pub urgency: Urgency,
    /// What is expected: the 95th percentile of a peak or a level, the median of a month's cost, workers that are needed.
    pub figure: Figure,
    /// What it is held against: a limit, a quota, a budget, the workers that there are.
    pub limit: Figure,
    /// When it happens: the median where it is uncertain.
    pub when: When,
    /// The probability that the limit is exceeded within the outlook, from 0 to 1.
    pub probability: f64,
    /// Why, in a sentence in English.
    pub reason: String,
    /// How good forecasts of this series were.
    pub confidence: Confidence,
}

/// What an advice is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A busiest hour.
    Peak,
    /// A number of workers.
    Workers,
    /// A store or a quota.
    RunOut,
    /// A month's cost.
    Budget,
}

/// How pressing an advice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Nothing to do.
    Fine,
    /// Possible: from once in 20 times on.
    Warn,
    /// More likely than not.
    Act,
}

impl Kind {
    /// Its name: `run_out`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Peak => "peak",
            Self::Workers => "workers",
            Self::RunOut => "run_out",
            Self::Budget => "budget",
        }
    }
}

impl Urgency {
    /// Its name: `warn`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warn => "warn",
            Self::Act => "act",
        }
    }

    fn of(probability: f64) -> Self {
        if probability >= ACT {
            Self::Act
        } else if probability >= WARN {
            Self::Warn
        } else {
            Self::Fine
        }
    }
}

/// One advice for each limit of a peak of hours. `busiest_so_far` is the busiest hour of the history, for comparison.
#[must_use]
pub fn advise_on_peak(what: &str, peak: &Peak, busiest_so_far: f64, paths: &Paths) -> Vec<Advice> {
    let advise = |exceeded: &Exceeded| {
        Some(Advice {
            what: what.to_owned(),
            kind: Kind::Peak,
            urgency: Urgency::of(exceeded.probability),
            figure: figure(peak.p95)?,
            limit: figure(exceeded.limit)?,
            when: exceeded.first_at,
            probability: exceeded.probability,
            reason: reason::of_peak(peak, exceeded, busiest_so_far),
            confidence: paths.accuracy.confidence(),
        })
    };
    peak.limits.iter().filter_map(advise).collect()
}

/// How many workers a step should have in the busiest hour.
#[must_use]
pub fn advise_on_workers(step: &Step, staffing: Staffing, peak: &Peak, paths: &Paths) -> Advice {
    Advice {
        what: format!("workers for {}", step.name),
        kind: Kind::Workers,
        urgency: match staffing.scaling {
            Scaling::Add(_) => Urgency::Act,
            Scaling::Keep | Scaling::Release(_) => Urgency::Fine,
        },
        figure: whole(staffing.num_needed),
        limit: whole(step.num_workers),
        when: When::At(peak.busiest_at),
        probability: probability_short(step, paths),
        reason: reason::of_workers(step, staffing, peak),
        confidence: paths.accuracy.confidence(),
    }
}

/// When a store or a quota is full. `later` is when it is full after the outlook, where that is known.
#[must_use]
pub fn advise_on_run_out(
    what: &str,
    reservoir: Reservoir<'_>,
    run_out: RunOut,
    later: Option<[When; 3]>,
    paths: &Paths,
) -> Option<Advice> {
    Some(Advice {
        what: what.to_owned(),
        kind: Kind::RunOut,
        urgency: Urgency::of(run_out.probability),
        figure: figure(run_out.level_at_end[1])?,
        limit: figure(reservoir.limit)?,
        when: later.map_or(run_out.median, |[_, median, _]| median),
        probability: run_out.probability,
        reason: reason::of_run_out(reservoir, run_out, later),
        confidence: paths.accuracy.confidence(),
    })
}

/// What a month costs against its budget.
#[must_use]
pub fn advise_on_budget(what: &str, end: &MonthEnd, rest: &Paths) -> Advice {
    Advice {
        what: what.to_owned(),
        kind: Kind::Budget,
        urgency: Urgency::of(end.probability_over),
        figure: end.median,
        limit: end.budget,
        when: end.used_up[1],
        probability: end.probability_over,
        reason: reason::of_budget(end),
        confidence: rest.accuracy.confidence(),
    }
}

fn whole(number: u32) -> Figure {
    Figure(i128::from(number) * 1_000_000_000)
}
