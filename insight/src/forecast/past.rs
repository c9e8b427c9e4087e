//! What is foretold, and its past: the KPI catalogue says which series, the KPI relations what happened in them; what is
//! used of services and storage is no KPI, and comes from usage.

use std::collections::BTreeMap;

use arrow::array::Array;
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, HOUR, Micros};

use super::Bounds;
use super::gap::interpolate;
use super::usage;
use crate::columns::{flags, instants, numbers, texts, value};
use crate::literal::list;

/// How many days of the past a forecast of days looks at: two years, so that each holiday was there twice.
const DAYS_PAST: i64 = 730;
/// How many days are foretold: a month and the days that its end may wait for a weekend.
const DAYS_AHEAD: usize = 35;
/// How many hours of the past a forecast of hours looks at: eight weeks.
const HOURS_PAST: i64 = 8 * 7 * 24;
/// How many hours are foretold: a week.
const HOURS_AHEAD: usize = 7 * 24;
/// A series is foretold from two weeks of days, or two days of hours, on.
const NUM_VALUES_MIN: [usize; 2] = [14, 48];

/// The first day that is not over in every city, as SQL: all series of days end before it, so that they can be added.
const ENDED: &str = "(SELECT min(local_day(now(), city)) FROM cities)";

/// How long a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// An hour by the clock of UTC.
    Hour,
    /// A local day of the city; of all cities together, the days of one date.
    Day,
}

impl Grain {
    /// Its name in `forecasts`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    pub(super) const fn step(self) -> Micros {
        match self {
            Self::Hour => HOUR,
            Self::Day => DAY,
        }
    }

    pub(super) const fn horizon(self) -> usize {
        match self {
            Self::Hour => HOURS_AHEAD,
            Self::Day => DAYS_AHEAD,
        }
    }

    pub(super) const fn seasons(self) -> &'static [usize] {
        match self {
            Self::Hour => &[24, 168],
            Self::Day => &[7],
        }
    }
}

/// Whose series it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The KPI, or what is used.
    pub kpi: String,
    /// How long a step is.
    pub grain: Grain,
    /// The city; none for all together.
    pub city: Option<String>,
    /// The forwarder; none for all together.
    pub forwarder: Option<String>,
}

/// A series up to now.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Whose it is.
    pub key: Key,
    /// Start of its first step.
    pub first_at: Micros,
    /// A value a step.
    pub values: Vec<f64>,
    /// What values it can have.
    pub bounds: Bounds,
    /// Whether the values of cities add up to those of all.
    pub is_volume: bool,
}

impl Series {
    /// Where its next step starts.
    #[must_use]
    pub fn end(&self) -> Micros {
        self.first_at + self.key.grain.step() * self.values.len() as i64
    }
}

/// A KPI that is to be foretold.
struct Wanted {
    grains: Vec<Grain>,
    bounds: Bounds,
    is_volume: bool,
    /// Whether it stays as it was where nothing came: a level, not what flows.
    is_level: bool,
    by_forwarder: bool,
}

impl Wanted {
    fn of_usage(used: &usage::Used) -> Self {
        Self {
            grains: vec![Grain::Day],
            bounds: Bounds::NON_NEGATIVE,
            is_volume: true,
            is_level: used.is_level,
            by_forwarder: false,
        }
    }
}

/// The series that the catalogue wants foretold, and those of usage, with their past up to the last step that is over.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn series(queries: &dyn PinnedQueries) -> Result<Vec<Series>, ServiceError> {
    let mut wanted = wanted(queries).await?;
    let mut asked =
        vec![(Grain::Day, days_sql(&wanted)), (Grain::Hour, hours_sql(&wanted)), (Grain::Day, forwarders_sql(&wanted))];
    let costs = usage::costs(queries).await?;
    let used: Vec<&usage::Used> = usage::ALWAYS.iter().chain(&costs).collect();
    asked.push((Grain::Day, Some(usage::sql(&used, ENDED, DAYS_PAST))));
    wanted.extend(used.into_iter().map(|used| (used.name.clone().into_owned(), Wanted::of_usage(used))));
    let mut found = Vec::new();
    for (grain, sql) in asked {
        if let Some(sql) = sql {
            found.extend(read(queries, &sql, grain, &wanted).await?);
        }
    }
    let totals = totals(&found);
    found.extend(totals);
    found.retain(|series| {
        series.values.len() >= NUM_VALUES_MIN[usize::from(series.key.grain == Grain::Hour)]
            && series.values.iter().any(|value| *value != 0.0)
    });
    found.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(found)
}

async fn wanted(queries: &dyn PinnedQueries) -> Result<BTreeMap<String, Wanted>, ServiceError> {
    let mut wanted = BTreeMap::new();
    let sql = "SELECT kpi, forecast, unit, additive, by_forwarder FROM kpis WHERE forecast <> ''";
    for rows in queries.rows(sql).await? {
        let [kpis, grains, units] = texts(&rows)?;
        let (additive, by_forwarder) = (flags(&rows, 3)?, flags(&rows, 4)?);
        for row in 0..rows.num_rows() {
            let unit = units.value(row);
            let is_named = |grain: &Grain| grains.value(row).split(' ').any(|word| word == grain.name());
            wanted.insert(
                kpis.value(row).to_owned(),
                Wanted {
                    grains: [Grain::Hour, Grain::Day].into_iter().filter(is_named).collect(),
                    bounds: match unit {
                        "ratio" => Bounds::SHARE,
                        "points" => Bounds::NONE,
                        _ => Bounds::NON_NEGATIVE,
                    },
                    is_volume: additive.value(row) && matches!(unit, "count" | "hkd"),
                    is_level: false,
                    by_forwarder: by_forwarder.value(row),
                },
            );
        }
    }
    Ok(wanted)
}

/// The KPIs that a condition holds for, as a list in SQL; none where there are none.
fn listed(wanted: &BTreeMap<String, Wanted>, holds: impl Fn(&Wanted) -> bool) -> Option<String> {
    let kpis = wanted.iter().filter(|(_, wanted)| holds(wanted)).map(|(kpi, _)| kpi);
    Some(list(kpis)).filter(|list| !list.is_empty())
}

fn days_sql(wanted: &BTreeMap<String, Wanted>) -> Option<String> {
    let kpis = listed(wanted, |wanted| wanted.grains.contains(&Grain::Day))?;
    Some(format!(
        "SELECT kpi, city, CAST(NULL AS VARCHAR) AS forwarder, CAST(bucket AS TIMESTAMP) AS at, \
           CAST(value AS DOUBLE) AS value, CAST({ENDED} AS TIMESTAMP) AS until \
         FROM kpi_daily WHERE kpi IN ({kpis}) AND city IS NOT NULL AND bucket < {ENDED} \
           AND bucket >= CAST(now() AS DATE) - INTERVAL '{DAYS_PAST} days'"
    ))
}

fn hours_sql(wanted: &BTreeMap<String, Wanted>) -> Option<String> {
    let kpis = listed(wanted, |wanted| wanted.grains.contains(&Grain::Hour))?;
    Some(format!(
        "SELECT kpi, city, CAST(NULL AS VARCHAR) AS forwarder, bucket AS at, CAST(value AS DOUBLE) AS value, \
           date_trunc('hour', now()) AS until \
         FROM kpi_hourly WHERE kpi IN ({kpis}) AND city IS NOT NULL AND bucket < date_trunc('hour', now()) \
           AND bucket >= now() - INTERVAL '{HOURS_PAST} hours'"
    ))
}

/// Volumes by forwarder, over all cities.
fn forwarders_sql(wanted: &BTreeMap<String, Wanted>) -> Option<String> {
    let kpis = listed(wanted, |wanted| wanted.by_forwarder && wanted.is_volume && wanted.grains.contains(&Grain::Day))?;
    Some(format!(
        "SELECT kpi, CAST(NULL AS VARCHAR) AS city, forwarder, CAST(bucket AS TIMESTAMP) AS at, \
           CAST(sum(value) AS DOUBLE) AS value, \
           CAST({ENDED} AS TIMESTAMP) AS until \
         FROM kpi_daily_by_forwarder WHERE kpi IN ({kpis}) AND forwarder IS NOT NULL \
           AND bucket < {ENDED} \
           AND bucket >= CAST(now() AS DATE) - INTERVAL '{DAYS_PAST} days' GROUP BY kpi, forwarder, bucket"
    ))
}

async fn read(
    queries: &dyn PinnedQueries,
    sql: &str,
    grain: Grain,
    wanted: &BTreeMap<String, Wanted>,
) -> Result<Vec<Series>, ServiceError> {
    let mut known: BTreeMap<Key, (Micros, Vec<(Micros, f64)>)> = BTreeMap::new();
    for rows in queries.rows(sql).await? {
        let [kpis, cities, forwarders] = texts(&rows)?;
        let (at, values, until) = (instants(&rows, 3)?, numbers(&rows, 4)?, instants(&rows, 5)?);
        for row in 0..rows.num_rows() {
            let owned = |texts| value(texts, row).map(str::to_owned);
            let (kpi, city, forwarder) = (kpis.value(row).to_owned(), owned(&cities), owned(&forwarders));
            let (_, dated) = known.entry(Key { kpi, grain, city, forwarder }).or_insert((until.value(row), vec![]));
            dated.push((at.value(row), if values.is_null(row) { f64::NAN } else { values.value(row) }));
        }
    }
    // Where events stopped coming, what came is continued from there: that nothing came is not a value of zero.
    let newest = known.values().flat_map(|(_, dated)| dated).map(|(at, _)| *at).max().unwrap_or_default();
    let series = |(key, (until, dated)): (Key, (Micros, Vec<(Micros, f64)>))| {
        let until = until.min(newest + grain.step());
        let Wanted { bounds, is_volume, is_level, .. } = wanted.get(&key.kpi)?;
        let first_at = dated.iter().map(|(at, _)| *at).min()?;
        let num_steps = usize::try_from((until - first_at) / grain.step()).ok()?;
        // Where nothing was counted there is no cell.
        let mut values = vec![if *is_volume && !is_level { 0.0 } else { f64::NAN }; num_steps];
        for (at, value) in dated {
            let step = usize::try_from((at - first_at) / grain.step()).ok()?;
            *values.get_mut(step)? = value;
        }
        interpolate(&mut values);
        Some(Series { key, first_at, values, bounds: *bounds, is_volume: *is_volume })
    };
    Ok(known.into_iter().filter_map(series).collect())
}

/// Volumes of all cities together, up to the last step that is over in all of them.
fn totals(found: &[Series]) -> Vec<Series> {
    let mut groups: BTreeMap<(&str, Grain), Vec<&Series>> = BTreeMap::new();
    for series in found.iter().filter(|series| series.is_volume && series.key.forwarder.is_none()) {
        groups.entry((&series.key.kpi, series.key.grain)).or_default().push(series);
    }
    let total = |((kpi, grain), parts): ((&str, Grain), Vec<&Series>)| {
        let step = grain.step();
        let first_at = parts.iter().map(|part| part.first_at).min()?;
        let until = parts.iter().map(|part| part.end()).min()?;
        let num_steps = usize::try_from((until - first_at) / step).ok()?;
        let mut values = vec![0.0; num_steps];
        for part in &parts {
            let skipped = usize::try_from((part.first_at - first_at) / step).ok()?;
            values.iter_mut().skip(skipped).zip(&part.values).for_each(|(sum, value)| *sum += value);
        }
        let key = Key { kpi: kpi.to_owned(), grain, city: None, forwarder: None };
        Some(Series { key, first_at, values, bounds: Bounds::NON_NEGATIVE, is_volume: true })
    };
    groups.into_iter().filter_map(total).collect()
}
