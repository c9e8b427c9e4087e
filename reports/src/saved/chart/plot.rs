//! Where things stand in a chart: the area of its axes, its places, its legend. All lengths are units of the picture,
//! which a screen shows as pixels.

use super::label::{figure, width};
use super::scale::Scale;
use super::{Chart, Shape};

/// The picture's width and height: 16 to 9, as screens and slides have.
pub(super) const SIZE: (f64, f64) = (960.0, 540.0);
/// Size of the font of labels, legend and notes.
pub(super) const FONT: f64 = 13.0;
/// What stays free around everything.
pub(super) const EDGE: f64 = 24.0;
/// Height of a line of text.
pub(super) const LINE: f64 = 20.0;
/// Where the legend begins: below title and subtitle.
pub(super) const LEGEND_TOP: f64 = 84.0;
/// Room between two labels below the axis.
const LABEL_GAP: f64 = 12.0;
/// Widest that a label below the axis, or in the legend, is written before it is cut.
pub(super) const LABEL_WIDTH_MAX: f64 = 150.0;
/// The part of a place's width that its bars take.
const BARS_SHARE: f64 = 0.76;
/// The part of its room that a bar fills, so that neighbours are told apart.
pub(super) const BAR_FILL: f64 = 0.94;

/// Where things stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plot {
    /// The axis of values.
    pub(super) scale: Scale,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// Where each place lies.
    pub(super) places: Vec<f64>,
    /// How wide one bar is.
    pub(super) bar: f64,
    /// Whether labels below the axis lean, for there is no room for them side by side.
    pub(super) leans: bool,
    /// The places that have a label.
    pub(super) labelled: Vec<usize>,
    /// Where each series stands in the legend: to the right of, and at the height of.
    pub(super) legend: Vec<(f64, f64)>,
}

impl Plot {
    pub(super) fn of(chart: &Chart) -> Self {
        let values = chart.series.iter().flat_map(|series| series.values.iter().copied().flatten());
        let scale = Scale::of(values, chart.shape == Shape::Bars);
        let labels = scale.ticks.iter().map(|tick| figure(*tick, scale.decimals, chart.is_share));
        let left = EDGE + labels.map(|label| width(&label, FONT)).fold(0.0, f64::max) + 10.0;
        let right = SIZE.0 - EDGE;
        let legend = legend(chart, right);
        let top = legend.last().map_or(LEGEND_TOP, |(_, height)| height + LINE);
        let places = places(chart, left, right);
        let widest = chart.places.iter().map(|place| width(&place.label, FONT)).fold(0.0, f64::max);
        let widest = widest.min(LABEL_WIDTH_MAX);
        let each = (right - left) / chart.places.len().max(1) as f64;
        let leans = chart.shape == Shape::Bars && widest + LABEL_GAP > each;
        let room = if leans { LINE } else { widest + LABEL_GAP };
        let note = if chart.note.is_empty() { 0.0 } else { LINE };
        // Half of a square root of two: labels lean by 45 degrees.
        let below = if leans { widest * 0.71 + LINE } else { LINE };
        let num_bars = chart.series.len().max(1) as f64;
        Self {
            scale,
            left,
            right,
            top,
            bottom: SIZE.1 - EDGE - note - below,
            labelled: labelled(&places, (widest / 2.0, room)),
            places,
            bar: each * BARS_SHARE / num_bars,
            leans,
            legend,
        }
    }

    /// The height at which a value stands.
    pub(super) fn height(&self, value: f64) -> f64 {
        self.bottom - self.scale.share(value) * (self.bottom - self.top)
    }

    /// The left edge of a series' bar at a place.
    pub(super) fn bar_left(&self, place: usize, series: usize, num_series: usize) -> f64 {
        let middle = self.places.get(place).copied().unwrap_or(self.left);
        middle + (series as f64 - num_series as f64 / 2.0) * self.bar
    }
}

/// Names side by side, on as many lines as they need; none for a single series that the title names.
fn legend(chart: &Chart, right: f64) -> Vec<(f64, f64)> {
    if chart.series.len() < 2 && chart.series.iter().all(|series| chart.title.contains(&series.name)) {
        return Vec::new();
    }
    let (mut x, mut y) = (EDGE, LEGEND_TOP);
    let mut spots = Vec::new();
    for series in &chart.series {
        let wide = SWATCH + width(&series.name, FONT).min(LABEL_WIDTH_MAX) + LABEL_GAP * 2.0;
        if x > EDGE && x + wide > right {
            (x, y) = (EDGE, y + LINE);
        }
        spots.push((x, y));
        x += wide;
    }
    spots
}

/// How wide the sample of a colour is, with the room behind it.
pub(super) const SWATCH: f64 = 34.0;

fn places(chart: &Chart, left: f64, right: f64) -> Vec<f64> {
    let each = (right - left) / chart.places.len().max(1) as f64;
    if chart.shape == Shape::Bars {
        return (0..chart.places.len()).map(|place| left + (place as f64 + 0.5) * each).collect();
    }
    let (Some(first), Some(last)) = (chart.places.first(), chart.places.last()) else { return Vec::new() };
    let span = last.at - first.at;
    let at = |at: f64| if span > 0.0 { left + (at - first.at) / span * (right - left) } else { (left + right) / 2.0 };
    chart.places.iter().map(|place| at(place.at)).collect()
}

/// Where the middle of a label of this half width stands for a place: not out of the picture.
pub(super) fn label_at(place: f64, half: f64) -> f64 {
    let least = EDGE / 2.0 + half;
    place.clamp(least, (SIZE.0 - least).max(least))
}

/// The places whose labels have room, from the first.
fn labelled(places: &[f64], (half, room): (f64, f64)) -> Vec<usize> {
    let mut labelled: Vec<usize> = Vec::new();
    for (number, place) in places.iter().enumerate() {
        let last = labelled.last().and_then(|last| places.get(*last));
        let has_room = last.is_none_or(|last| label_at(*place, half) - label_at(*last, half) >= room);
        if has_room {
            labelled.push(number);
        }
    }
    labelled
}
