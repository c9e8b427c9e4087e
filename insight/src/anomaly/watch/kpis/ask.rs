//! What the catalogue wants watched and what is used of services, and the cells of it.

use std::collections::BTreeMap;

use arrow::array::{Array, RecordBatch};
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, HOUR, Micros};

use crate::anomaly::series::{Measure, Settings};
use crate::columns::{flags, instants, numbers, texts, value};
use crate::forecast::past::{Grain, Key};
use crate::forecast::usage::{self, Used};
use crate::literal::{day, instant, list};

/// What a KPI's figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// Things are counted: where there is no cell, there were none.
    Count,
    /// Costs are summed: where there is no cell, there were none.
    Cost,
    /// A mean, or a percentile: where there is no cell, nothing can be said.
    Mean,
    /// A share: likewise.
    Share,
}

/// A KPI that is watched, or what is used of a service.
#[derive(Debug, Clone)]
pub(super) struct Kpi {
    pub(super) grains: Vec<Grain>,
    pub(super) nature: Nature,
    /// Whether it is about money.
    pub(super) is_money: bool,
    /// Whether numerators and denominators of parts add up to those of the whole.
    pub(super) adds_up: bool,
    pub(super) by_forwarder: bool,
    /// Whether it is no KPI: its days are in `used_days`, and not among the KPIs' cells.
    pub(super) is_used: bool,
}

/// The KPIs that are watched, by their ids.
pub(super) type Kpis = BTreeMap<String, Kpi>;

/// A figure's parts, as estimates.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cell {
    pub(super) numerator: f64,
    pub(super) denominator: f64,
}

/// The cells of series, by period: hours since 1970 by UTC, or days.
pub(super) type Cells = BTreeMap<Key, BTreeMap<i64, Cell>>;

impl Cell {
    pub(super) fn add(&mut self, other: Self) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
    }
}

impl Kpi {
    /// What flows of a service is counted day by day. What stays as it was, such as bytes stored, only grows: capacity says
    /// when that will not suffice.
    fn of_usage(used: &Used) -> Option<Self> {
        let kpi = Self {
            grains: vec![Grain::Day],
            nature: Nature::Count,
            is_money: false,
            adds_up: true,
            by_forwarder: false,
            is_used: true,
        };
        (!used.is_level).then_some(kpi)
    }

    /// How a detector is to watch it.
    pub(super) fn settings(&self, grain: Grain) -> Settings {
        let settings = match grain {
            Grain::Hour => Settings::hourly(),
            Grain::Day => Settings::daily(),
        };
        if self.nature == Nature::Share { settings.of_rate() } else { settings }
    }

    /// What was measured in a period; none where nothing can be said of it.
    pub(super) fn measure(&self, cell: Option<Cell>) -> Option<Measure> {
        match self.nature {
            Nature::Count => Some(Measure::Count(cell.map_or(0.0, |cell| cell.numerator))),
            Nature::Cost => Some(Measure::Amount(cell.map_or(0.0, |cell| cell.numerator))),
            Nature::Mean => cell
                .filter(|cell| cell.denominator > 0.0)
                .map(|Cell { numerator, denominator }| Measure::Amount(numerator / denominator)),
            Nature::Share => cell.map(|Cell { numerator, denominator }| Measure::Rate { numerator, denominator }),
        }
    }
}

/// The KPIs that the catalogue wants watched, and what is used of services.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub(super) async fn watched(queries: &dyn PinnedQueries) -> Result<Kpis, ServiceError> {
    let sql = "SELECT kpi, watch, unit, formula, additive, by_forwarder FROM kpis WHERE watch <> ''";
    let of_usage = |used: &Used| Some((used.name.clone().into_owned(), Kpi::of_usage(used)?));
    let mut watched: Kpis = usage::ALWAYS.iter().filter_map(of_usage).collect();
    for rows in queries.rows(sql).await? {
        let [kpis, grains, units, formulas] = texts(&rows)?;
        let (additive, by_forwarder) = (flags(&rows, 4)?, flags(&rows, 5)?);
        for row in 0..rows.num_rows() {
            let is_named = |grain: &Grain| grains.value(row).split(' ').any(|word| word == grain.name());
            let is_quotient = formulas.value(row).contains(" / ");
            let nature = match units.value(row) {
                "ratio" => Nature::Share,
                "count" if !is_quotient => Nature::Count,
                "hkd" if !is_quotient => Nature::Cost,
                _ => Nature::Mean,
            };
            let kpi = Kpi {
                grains: [Grain::Hour, Grain::Day].into_iter().filter(is_named).collect(),
                nature,
                is_money: units.value(row) == "hkd",
                adds_up: additive.value(row),
                by_forwarder: by_forwarder.value(row),
                is_used: false,
            };
            watched.insert(kpis.value(row).to_owned(), kpi);
        }
    }
    Ok(watched)
}

/// The cells of some periods on: hours from one, days from another; none of a grain where no period is given.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub(super) async fn cells(
    queries: &dyn PinnedQueries,
    kpis: &Kpis,
    (hour, first_day): (Option<i64>, Option<i64>),
) -> Result<Cells, ServiceError> {
    let mut cells = Cells::new();
    let listed = |holds: &dyn Fn(&Kpi) -> bool| {
        let ids = kpis.iter().filter(|(_, kpi)| holds(kpi)).map(|(id, _)| id.as_str());
        Some(list(ids)).filter(|list| !list.is_empty())
    };
    let hourly = listed(&|kpi| kpi.grains.contains(&Grain::Hour));
    if let Some((ids, hour)) = hourly.zip(hour) {
        let sql = format!(
            "SELECT kpi, city, CAST(NULL AS VARCHAR) AS forwarder, bucket AS at, \
               CAST(numerator AS DOUBLE) AS numerator, CAST(denominator AS DOUBLE) AS denominator \
             FROM kpi_hourly WHERE kpi IN ({ids}) AND bucket >= {}",
            instant(hour * HOUR)
        );
        read(queries, &sql, Grain::Hour, kpis, &mut cells).await?;
    }
    let daily = listed(&|kpi| kpi.grains.contains(&Grain::Day) && !kpi.is_used);
    if let Some((ids, first)) = daily.zip(first_day) {
        let sql = format!(
            "SELECT kpi, city, CAST(NULL AS VARCHAR) AS forwarder, CAST(bucket AS TIMESTAMP) AS at, \
               CAST(numerator AS DOUBLE) AS numerator, CAST(denominator AS DOUBLE) AS denominator \
             FROM kpi_daily WHERE kpi IN ({ids}) AND bucket >= {}",
            day(first)
        );
        read(queries, &sql, Grain::Day, kpis, &mut cells).await?;
    }
    if let Some((ids, first)) = listed(&|kpi| kpi.is_used).zip(first_day) {
        let sql = format!(
            "SELECT series AS kpi, city, CAST(NULL AS VARCHAR) AS forwarder, CAST(day AS TIMESTAMP) AS at, \
               value AS numerator, CAST(1 AS DOUBLE) AS denominator \
             FROM used_days WHERE series IN ({ids}) AND day >= {}",
            day(first)
        );
        read(queries, &sql, Grain::Day, kpis, &mut cells).await?;
    }
    let of_forwarders = listed(&|kpi| kpi.grains.contains(&Grain::Day) && kpi.by_forwarder && kpi.adds_up);
    if let Some((ids, first)) = of_forwarders.zip(first_day) {
        let sql = format!(
            "SELECT kpi, CAST(NULL AS VARCHAR) AS city, forwarder, CAST(bucket AS TIMESTAMP) AS at, \
               CAST(sum(numerator) AS DOUBLE) AS numerator, CAST(sum(denominator) AS DOUBLE) AS denominator \
             FROM kpi_daily_by_forwarder WHERE kpi IN ({ids}) AND forwarder IS NOT NULL AND bucket >= {} \
             GROUP BY kpi, forwarder, bucket",
            day(first)
        );
        read(queries, &sql, Grain::Day, kpis, &mut cells).await?;
    }
    Ok(cells)
}

async fn read(
    queries: &dyn PinnedQueries,
    sql: &str,
    grain: Grain,
    kpis: &Kpis,
    cells: &mut Cells,
) -> Result<(), ServiceError> {
    for rows in queries.rows(sql).await? {
        take(&rows, grain, kpis, cells)?;
    }
    Ok(())
}

/// Takes rows as the cells of their own series, and of all cities together where they add up.
fn take(rows: &RecordBatch, grain: Grain, kpis: &Kpis, cells: &mut Cells) -> Result<(), ServiceError> {
    let [names, cities, forwarders] = texts(rows)?;
    let (at, numerators, denominators) = (instants(rows, 3)?, numbers(rows, 4)?, numbers(rows, 5)?);
    for row in 0..rows.num_rows() {
        let Some(kpi) = kpis.get(names.value(row)) else { continue };
        let owned = |column| value(column, row).map(str::to_owned);
        let (city, forwarder) = (owned(&cities), owned(&forwarders));
        let is_of_city = city.is_some();
        let key = Key { kpi: names.value(row).to_owned(), grain, city, forwarder };
        let length = if grain == Grain::Hour { HOUR } else { DAY };
        let period = at.value(row).div_euclid(length);
        if numerators.is_null(row) || denominators.is_null(row) {
            continue;
        }
        let cell = Cell { numerator: numerators.value(row), denominator: denominators.value(row) };
        if key.forwarder.is_none() && kpi.adds_up {
            let all = Key { city: None, ..key.clone() };
            cells.entry(all).or_default().entry(period).or_default().add(cell);
        }
        if is_of_city || key.forwarder.is_some() {
            cells.entry(key).or_default().insert(period, cell);
        }
    }
    Ok(())
}

/// The start of the newest period that has a cell.
pub(super) fn newest(cells: &Cells) -> Option<Micros> {
    let start = |(key, cells): (&Key, &BTreeMap<i64, Cell>)| {
        let length = if key.grain == Grain::Hour { HOUR } else { DAY };
        cells.last_key_value().map(|(period, _)| period * length)
    };
    cells.iter().filter_map(start).max()
}
