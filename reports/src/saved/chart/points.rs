//! Rows become what is drawn: places along the lower edge, and series with a value for each.

use chrono::NaiveDate;

use super::describe::filled;
use super::words::{BETWEEN, PLACES_LEFT_OUT, SERIES_LEFT_OUT};
use super::{Chart, Place, Series, Shape};
use crate::document::{Kind, Section};
use crate::saved::definition::{Definition, Unit, VisualKind};
use crate::saved::output::{Output, Part};
use crate::value::Cell;

/// Points of a line at most.
const POINTS_MAX: usize = 1_000;
/// Places of bars at most.
const BARS_MAX: usize = 60;
/// Series at most: more colours are not told apart.
const SERIES_MAX: usize = 8;
/// What stands for a name that is not there.
const NAMELESS: &str = "–";
/// A line breaks where more than one step is missing. Steps differ: months have 28 to 31 days.
const STEPS_OF_A_GAP: f64 = 1.5;

/// The chart of a section, as the definition wishes it; `None` for tables and where its columns are not there.
pub(in crate::saved) fn chart(
    definition: &Definition,
    outputs: &[Output],
    section: &Section,
    (title, subtitle): (&str, &str),
) -> Option<Chart> {
    let find = |name: &str| outputs.iter().position(|output| output.name == name);
    let visual = &definition.visual;
    let x = find(visual.x.as_deref()?)?;
    let split = visual.series.as_deref().map(find);
    let drawn: Vec<usize> = visual.y.iter().filter_map(|name| find(name)).collect();
    let mut points = Points::default();
    let is_grouped = definition.is_grouped();
    for (number, row) in section.cells().enumerate() {
        let (label, at) = place(row.get(x)?, outputs[x].part);
        // Groups of one place stand together; of rows as they are each has its own.
        let key = if is_grouped { label.clone() } else { number.to_string() };
        let place = points.place(key, Place { label, at: at.unwrap_or(number as f64) });
        for y in &drawn {
            let name = match split {
                Some(split) => text(row.get(split?)?),
                None => outputs[*y].column().full_title(),
            };
            if let Some(Cell::Number(value)) = row.get(*y) {
                points.put(place, name, value.to_f64());
            }
        }
    }
    let is_share = drawn.iter().all(|y| outputs[*y].kind == Kind::Ratio);
    let shape = match visual.kind {
        VisualKind::Line => Shape::Lines { gap: gap(outputs[x].part) },
        VisualKind::Bar => Shape::Bars,
        VisualKind::Table => return None,
    };
    let language = definition.language;
    let (title, subtitle, note) = (title.to_owned(), subtitle.to_owned(), String::new());
    let chart =
        Chart { shape, language, title, subtitle, places: points.places, series: points.series, is_share, note };
    Some(bounded(chart))
}

/// What is gathered while rows are read.
#[derive(Debug, Default)]
struct Points {
    keys: std::collections::BTreeMap<String, usize>,
    places: Vec<Place>,
    series: Vec<Series>,
}

impl Points {
    fn place(&mut self, key: String, place: Place) -> usize {
        let next = self.places.len();
        let number = *self.keys.entry(key).or_insert(next);
        if number == next {
            self.places.push(place);
        }
        number
    }

    fn put(&mut self, place: usize, name: String, value: f64) {
        let number = self.series.iter().position(|series| series.name == name).unwrap_or_else(|| {
            self.series.push(Series { name, values: Vec::new() });
            self.series.len() - 1
        });
        let values = &mut self.series[number].values;
        values.resize(values.len().max(place + 1), None);
        values[place] = Some(value);
    }
}

/// No more than can be told apart: the first places, and the series with the largest sums. Lines run in time.
fn bounded(mut chart: Chart) -> Chart {
    let mut notes = Vec::new();
    let mut left_out = |words, count: usize| {
        if count > 0 {
            notes.push(filled(chart.language.of(words), &[("count", &count.to_string())]));
        }
    };
    let places_max = if chart.shape == Shape::Bars { BARS_MAX } else { POINTS_MAX };
    left_out(&PLACES_LEFT_OUT, chart.places.len().saturating_sub(places_max));
    left_out(&SERIES_LEFT_OUT, chart.series.len().saturating_sub(SERIES_MAX));
    for series in &mut chart.series {
        series.values.resize(chart.places.len(), None);
    }
    if chart.shape != Shape::Bars {
        in_time(&mut chart);
    }
    chart.places.truncate(places_max);
    for series in &mut chart.series {
        series.values.truncate(places_max);
    }
    if chart.series.len() > SERIES_MAX {
        let size = |series: &Series| series.values.iter().flatten().map(|value| value.abs()).sum::<f64>();
        chart.series.sort_by(|left, right| size(right).total_cmp(&size(left)));
        chart.series.truncate(SERIES_MAX);
    }
    chart.note = notes.join(chart.language.of(&BETWEEN));
    chart
}

fn in_time(chart: &mut Chart) {
    let mut order: Vec<usize> = (0..chart.places.len()).collect();
    order.sort_by(|left, right| chart.places[*left].at.total_cmp(&chart.places[*right].at));
    chart.places = order.iter().map(|number| chart.places[*number].clone()).collect();
    for series in &mut chart.series {
        series.values = order.iter().map(|number| series.values[*number]).collect();
    }
}

/// What stands below a place, and where it lies in days, where it is a time.
fn place(cell: &Cell<'_>, part: Part) -> (String, Option<f64>) {
    let days = |day: NaiveDate| f64::from(day.to_epoch_days());
    match (cell, part) {
        (Cell::Date(day), Part::Step(Unit::Month)) => (day.format("%Y-%m").to_string(), Some(days(*day))),
        (Cell::Date(day), Part::Step(Unit::Year)) => (day.format("%Y").to_string(), Some(days(*day))),
        (Cell::Date(day), Part::Step(Unit::Quarter)) => (day.format("%Y Q%q").to_string(), Some(days(*day))),
        (Cell::Date(day), _) => (day.to_string(), Some(days(*day))),
        (Cell::Instant(at), _) => (at.format("%Y-%m-%d %H:%M").to_string(), Some(at.timestamp() as f64 / 86_400.0)),
        (Cell::Text(found), _) => ((*found).to_owned(), text_days(found)),
        (other, _) => (text(other), None),
    }
}

/// Where a text lies that is a month, or a local time.
fn text_days(text: &str) -> Option<f64> {
    let month = format!("{text}-01").parse::<NaiveDate>().ok();
    let time = || chrono::NaiveDateTime::parse_from_str(text.get(..16)?, "%Y-%m-%d %H:%M").ok();
    let time = time().map(|time| time.and_utc().timestamp() as f64 / 86_400.0);
    time.or_else(|| month.map(|day| f64::from(day.to_epoch_days())))
}

fn text(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Empty => NAMELESS.to_owned(),
        Cell::Text(text) => (*text).to_owned(),
        Cell::Number(number) => number.trimmed().to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Instant(at) => at.format("%Y-%m-%d %H:%M").to_string(),
    }
}

/// Days between places beyond which something is missing.
fn gap(part: Part) -> f64 {
    let days = match part {
        Part::Step(Unit::Hour) => 1.0 / 24.0,
        Part::Step(Unit::Day) => 1.0,
        Part::Step(Unit::Week) => 7.0,
        Part::Step(Unit::Month) => 31.0,
        Part::Step(Unit::Quarter) => 92.0,
        Part::Step(Unit::Year) => 366.0,
        Part::Row | Part::Group | Part::Figure => return f64::INFINITY,
    };
    days * STEPS_OF_A_GAP
}
