//! Forecasts of series read from standard input, so that they can be measured beside other programs': CSV in, CSV out.
//! `benches/forecast` (Python) has the data, the peers and the measures.
//!
//! In, a series a line: id, seasons (`24;168`), horizon, the first day (empty where steps are of no calendar), the city
//! whose holidays it has (empty where it has none), values.
//! Out, a series a line: id, the model, milliseconds, then the points, and low and high of each interval in turn.

use std::io::{stdin, stdout};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use clap::Args;
use csv::{ReaderBuilder, StringRecord, Writer, WriterBuilder};
use tidemark_insight::forecast::calendar::Calendar;
use tidemark_insight::forecast::method::{History, Method};
use tidemark_insight::forecast::methods::{Ces, Drift, EtsModel, Mstl, SeasonalEts, SeasonalNaive, Theta};
use tidemark_insight::forecast::{Bounds, Forecaster};

/// What to forecast with.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A method by name, or `selection`: the one that is chosen by back-test, with intervals
    #[arg(long)]
    method: String,
}

/// Answers each line of standard input.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(stdin().lock());
    let mut out = WriterBuilder::new().flexible(true).from_writer(stdout().lock());
    for row in rows.records() {
        let series = Series::parse(&row?)?;
        let started = Instant::now();
        let outcome = forecast(&options.method, &series)?;
        write(&mut out, &series.id, &outcome, 1e3 * started.elapsed().as_secs_f64())?;
    }
    out.flush()?;
    Ok(())
}

struct Series {
    id: String,
    seasons: Vec<usize>,
    horizon: usize,
    values: Vec<f64>,
    calendar: Option<Calendar>,
}

impl Series {
    fn parse(row: &StringRecord) -> Result<Self> {
        let field =
            |index: usize| row.get(index).context("a line has id, seasons, horizon, first day, city and values");
        let seasons = field(1)?.split(';').filter(|steps| !steps.is_empty()).map(str::parse);
        let horizon: usize = field(2)?.parse()?;
        let values: Vec<f64> = row.iter().skip(5).map(str::parse).collect::<Result<_, _>>()?;
        let first = Some(field(3)?).filter(|date| !date.is_empty()).map(str::parse::<NaiveDate>).transpose()?;
        // Of no city it knows weekdays and months, but no holidays.
        let city = field(4)?;
        let calendar = first.map(|first| Calendar::new(city, first, values.len() + horizon, 1));
        Ok(Self { id: field(0)?.to_owned(), seasons: seasons.collect::<Result<_, _>>()?, horizon, values, calendar })
    }

    fn history(&self) -> History<'_> {
        History { values: &self.values, seasons: &self.seasons, calendar: self.calendar.as_ref() }
    }
}

struct Outcome {
    model: String,
    points: Vec<f64>,
    /// Low and high of each interval in turn.
    bounds: Vec<Vec<f64>>,
}

fn forecast(method: &str, series: &Series) -> Result<Outcome> {
    let history = series.history();
    match method {
        "selection" => select(history, series.horizon),
        // It alone tells which model it has chosen.
        "seasonal_ets" => EtsModel::choose(history).map(|model| Outcome {
            model: model.class().to_owned(),
            points: model.forecast(series.horizon),
            bounds: vec![],
        }),
        other => continue_by(method_of(other)?, history, series.horizon),
    }
    // A method that cannot continue a series leaves it to the plainest one.
    .or_else(|| continue_by(&SeasonalNaive, history, series.horizon))
    .with_context(|| format!("no forecast of {}", series.id))
}

fn select(history: History<'_>, horizon: usize) -> Option<Outcome> {
    let chosen = Forecaster::default().forecast(history, horizon, Bounds::NONE)?;
    let bounds = chosen.bands.into_iter().flat_map(|band| [band.lower, band.upper]).collect();
    Some(Outcome { model: chosen.model, points: chosen.mean, bounds })
}

fn continue_by(method: &dyn Method, history: History<'_>, horizon: usize) -> Option<Outcome> {
    let points = method.forecast(history, horizon)?;
    Some(Outcome { model: method.name().to_owned(), points, bounds: vec![] })
}

fn method_of(name: &str) -> Result<&'static dyn Method> {
    let methods: [&'static dyn Method; 6] = [&SeasonalNaive, &Drift, &SeasonalEts, &Theta, &Ces, &Mstl];
    let Some(method) = methods.into_iter().find(|method| method.name() == name) else { bail!("no method {name:?}") };
    Ok(method)
}

fn write(out: &mut Writer<impl std::io::Write>, id: &str, outcome: &Outcome, elapsed_ms: f64) -> Result<()> {
    let mut row = vec![id.to_owned(), outcome.model.clone(), format!("{elapsed_ms:.4}")];
    for figures in std::iter::once(&outcome.points).chain(&outcome.bounds) {
        row.extend(figures.iter().map(f64::to_string));
    }
    out.write_record(row)?;
    Ok(())
}
