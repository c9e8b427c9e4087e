//! All advice of the platform: forecasts, what the pipeline and the months look like, and what operators have.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use tidemark_model::error::ServiceError;
use tidemark_model::kpi::{Figure, MONTHLY_AI_HKD};
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, Micros, month_of};

use super::ahead::Ahead;
use super::facts::{Spending, Work, spending, work};
use super::paths::Paths;
use super::peak::{INVOICES_PER_HOUR, Peak, peak};
use super::run_out::{Reservoir, RunOut, When, at_this_pace, run_out};
use super::steps::advise_on_steps;
use super::{Advice, advise_on_budget, advise_on_peak, advise_on_run_out, month_end};
use crate::forecast::make::Foretold;
use crate::forecast::past::Grain;
use crate::forecast::usage::COST_OF;

/// The category of AI, and the KPI of what it costs.
const AI: &str = "ai";
const AI_COST: &str = "ai_cost_hkd";

/// What operators say there is. What they say nothing of is advised on without a limit, or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// Workers that read pages.
    pub ocr_workers: Option<u32>,
    /// Workers that extract fields.
    pub extraction_workers: Option<u32>,
    /// People who review.
    pub reviewers: Option<u32>,
    /// Bytes that can be stored.
    pub storage_bytes: Option<u64>,
    /// Calls of AI services in a calendar month.
    pub ai_calls_per_month: Option<u64>,
    /// What AI may cost in a calendar month, in HKD.
    pub ai_hkd_per_month: Option<Figure>,
}

/// An advice and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Advised {
    /// What may not suffice: `invoices_per_hour`, `workers`, `storage`, `ai_calls`, `budget`.
    pub resource: &'static str,
    /// The city; none for all together.
    pub city: Option<String>,
    /// Which budget or step; none where there is one only.
    pub category: Option<Cow<'static, str>>,
    /// Unit of figure and limit.
    pub unit: &'static str,
    /// What there is; none where nobody said.
    pub available: Option<Figure>,
    /// Not before the first and not after the second, but once in 20 times each; none where only the median is told.
    pub span: Option<[When; 2]>,
    /// The advice.
    pub advice: Advice,
}

/// What forecasts do not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// How each step works, by the type of event that ends it.
    pub work: BTreeMap<String, Work>,
    /// The month of costs in which the forecast begins.
    pub spending: Spending,
}

/// Asks for the facts and advises on all that was foretold. The same answers and forecasts give the same advice.
///
/// Each series takes some milliseconds of CPU time: where that is too much for the thread that asks, [`ask`] and
/// [`advise_by`] are apart.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn advise(
    queries: &dyn PinnedQueries,
    foretold: &[Foretold],
    limits: &Limits,
    now: Micros,
) -> Result<Vec<Advised>, ServiceError> {
    Ok(advise_by(&ask(queries, foretold, now).await?, foretold, limits))
}

/// The facts that advice needs beside forecasts.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn ask(queries: &dyn PinnedQueries, foretold: &[Foretold], now: Micros) -> Result<Facts, ServiceError> {
    let spending = match costs_until(foretold) {
        Some(until) => spending(queries, until).await?,
        None => Spending::default(),
    };
    Ok(Facts { work: work(queries, now).await?, spending })
}

/// Advises on all that was foretold. What has too short a past to say how forecasts of it were missed has no advice.
#[must_use]
pub fn advise_by(facts: &Facts, foretold: &[Foretold], limits: &Limits) -> Vec<Advised> {
    let mut advised = Vec::new();
    for one in series(foretold, "invoices_received", Grain::Hour) {
        let Some((paths, peak)) = busiest(one) else { continue };
        advised.extend(on_peak(one, &peak, &paths));
        if one.series.key.city.is_none() {
            advised.extend(advise_on_steps(&facts.work, limits, &peak, &paths));
        }
    }
    for one in series(foretold, "storage_bytes", Grain::Day) {
        advised.extend(limits.storage_bytes.and_then(|limit| on_storage(one, limit)));
    }
    for one in series(foretold, "ai_calls", Grain::Day) {
        advised.extend(limits.ai_calls_per_month.and_then(|limit| on_calls(one, limit)));
    }
    for (one, category) in costs(foretold) {
        advised.extend(on_cost(one, category, &facts.spending, limits));
    }
    advised
}

/// The series of a KPI over all forwarders.
fn series<'a>(foretold: &'a [Foretold], kpi: &'a str, grain: Grain) -> impl Iterator<Item = &'a Foretold> {
    foretold.iter().filter(move |one| {
        one.series.key.kpi == kpi && one.series.key.grain == grain && one.series.key.forwarder.is_none()
    })
}

/// The series of what a budget's category costs a day, with the category; that of AI first.
fn costs(foretold: &[Foretold]) -> impl Iterator<Item = (&Foretold, &str)> {
    let ai = series(foretold, AI_COST, Grain::Day).map(|one| (one, AI));
    ai.chain(foretold.iter().filter_map(|one| Some((one, one.series.key.kpi.strip_prefix(COST_OF)?))))
}

/// The day with which forecasts of costs begin: that before which money counts as spent.
fn costs_until(foretold: &[Foretold]) -> Option<NaiveDate> {
    let end = costs(foretold).map(|(one, _)| one.series.end()).max()?;
    DateTime::from_timestamp_micros(end).map(|at| at.date_naive())
}

fn busiest(one: &Foretold) -> Option<(Paths, Peak)> {
    let paths = Ahead::of(one).paths()?;
    let peak = peak(&paths, &INVOICES_PER_HOUR)?;
    Some((paths, peak))
}

fn on_peak(one: &Foretold, peak: &Peak, paths: &Paths) -> Vec<Advised> {
    let busiest_so_far = one.series.values.iter().copied().fold(0.0, f64::max);
    let what = named("invoices an hour", one);
    let advised = |advice| Advised::of(one, "invoices_per_hour", "invoices", advice);
    advise_on_peak(&what, peak, busiest_so_far, paths).into_iter().map(advised).collect()
}

fn on_storage(one: &Foretold, limit: u64) -> Option<Advised> {
    let (ahead, released) = Ahead::rises(one);
    let level = *one.series.values.last()?;
    let reservoir = Reservoir { level, limit: limit as f64, released: &released };
    let paths = ahead.paths()?;
    let full = run_out(&paths, reservoir)?;
    // A disk is bought months ahead.
    let later = at_this_pace(&paths, reservoir).filter(|_| full.median == When::NotWithinHorizon);
    fills_up((one, "storage", "bytes"), &paths, reservoir, (full, later))
}

/// A month's quota begins anew with the next month.
fn on_calls(one: &Foretold, limit: u64) -> Option<Advised> {
    let month = month_of(one.series.end());
    let days = (1..).map(|day| one.series.end() - day * DAY);
    let so_far = one.series.values.iter().rev().zip(days).take_while(|(_, day)| month_of(*day) == month);
    let level = so_far.map(|(calls, _)| calls).sum();
    let reservoir = Reservoir { level, limit: limit as f64, released: &[] };
    let paths = Ahead::rest_of_month(one).paths()?;
    let full = run_out(&paths, reservoir)?;
    fills_up((one, "ai_calls", "calls"), &paths, reservoir, (full, None))
}

fn fills_up(
    (one, resource, unit): (&Foretold, &'static str, &'static str),
    paths: &Paths,
    reservoir: Reservoir<'_>,
    (full, later): (RunOut, Option<[When; 3]>),
) -> Option<Advised> {
    let advice = advise_on_run_out(&named(resource, one), reservoir, full, later, paths)?;
    let [earliest, _, latest] = later.unwrap_or([full.earliest, full.median, full.latest]);
    Some(Advised { span: Some([earliest, latest]), ..Advised::of(one, resource, unit, advice) })
}

/// A city against its budget; what AI costs in all cities together against the limits of the domain and the operators'.
fn on_cost(one: &Foretold, category: &str, spending: &Spending, limits: &Limits) -> Vec<Advised> {
    let (spent, budgets) = match &one.series.key.city {
        Some(city) => {
            let key = (category.to_owned(), city.clone());
            let spent = spending.spent.get(&key).copied().unwrap_or(Figure(0));
            (spent, spending.budgets.get(&key).copied().into_iter().collect())
        }
        None if category == AI => {
            let spent = spending.spent.iter().filter(|((category, _), _)| category == AI);
            let limits = MONTHLY_AI_HKD.into_iter().chain(limits.ai_hkd_per_month);
            (Figure(spent.map(|(_, spent)| spent.0).sum()), limits.collect::<Vec<_>>())
        }
        None => return Vec::new(),
    };
    let Some(rest) = Ahead::rest_of_month(one).paths() else { return Vec::new() };
    let advised = |budget| {
        let end = month_end(spent, budget, &rest)?;
        let advice = advise_on_budget(&named(&format!("cost of {category}"), one), &end, &rest);
        let (category, span) = (Some(Cow::Owned(category.to_owned())), Some([end.used_up[0], end.used_up[2]]));
        Some(Advised { category, span, ..Advised::of(one, "budget", "HKD", advice) })
    };
    budgets.into_iter().filter_map(advised).collect()
}

fn named(what: &str, one: &Foretold) -> String {
    one.series.key.city.as_ref().map_or_else(|| what.to_owned(), |city| format!("{what} in {city}"))
}

impl Advised {
    fn of(one: &Foretold, resource: &'static str, unit: &'static str, advice: Advice) -> Self {
        let (city, available) = (one.series.key.city.clone(), Some(advice.limit));
        Self { resource, city, category: None, unit, available, span: None, advice }
    }
}

#[cfg(test)]
mod tests;
