//! What a chart shows, in words: for those who cannot see it.

use super::label::figure;
use super::words::{BARS, BETWEEN, LINES, NO_VALUES, NOTHING, SERIES, SPAN};
use super::{Chart, Series, Shape};

/// Digits behind the point of described figures.
const DECIMALS: usize = 2;

/// The description: what kind of chart it is, what it spans, and of each series its least, greatest and last value.
pub(super) fn describe(chart: &Chart) -> String {
    let language = chart.language;
    let kind = match chart.shape {
        Shape::Lines { .. } => &LINES,
        Shape::Bars => &BARS,
    };
    let stop = if language.of(&BETWEEN).is_empty() { "。" } else { "." };
    let mut sentences = vec![format!("{}{stop}", language.of(kind))];
    match (chart.places.first(), chart.places.last()) {
        (Some(first), Some(last)) => {
            let count = chart.places.len().to_string();
            sentences
                .push(filled(language.of(&SPAN), &[("count", &count), ("first", &first.label), ("last", &last.label)]));
        }
        _ => sentences.push(language.of(&NOTHING).to_owned()),
    }
    sentences.extend(chart.series.iter().map(|series| of_series(chart, series)));
    sentences.extend((!chart.note.is_empty()).then(|| chart.note.clone()));
    sentences.join(language.of(&BETWEEN))
}

fn of_series(chart: &Chart, series: &Series) -> String {
    let values: Vec<(f64, &str)> = series
        .values
        .iter()
        .zip(&chart.places)
        .filter_map(|(value, place)| value.map(|value| (value, place.label.as_str())))
        .collect();
    let least = values.iter().copied().reduce(|least, next| if next.0 < least.0 { next } else { least });
    let greatest = values.iter().copied().reduce(|greatest, next| if next.0 > greatest.0 { next } else { greatest });
    let (Some(least), Some(greatest), Some(last)) = (least, greatest, values.last()) else {
        return filled(chart.language.of(&NO_VALUES), &[("name", &series.name)]);
    };
    let read = |value: f64| short(value, chart.is_share);
    let slots = [
        ("name", series.name.as_str()),
        ("least", &read(least.0)),
        ("least_at", least.1),
        ("greatest", &read(greatest.0)),
        ("greatest_at", greatest.1),
        ("last", &read(last.0)),
    ];
    filled(chart.language.of(&SERIES), &slots)
}

/// A figure without digits that say nothing: a whole number has none behind the point.
fn short(value: f64, is_share: bool) -> String {
    let decimals = if is_share { DECIMALS + 2 } else { DECIMALS };
    figure(value, if value.fract() == 0.0 { 0 } else { decimals }, is_share)
}

/// The words with their slots filled, each once, so that a name in braces is never taken for a slot.
pub(super) fn filled(words: &str, slots: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (slot, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(slots.iter().find(|(name, _)| *name == slot).map_or("", |(_, value)| value));
        rest = after;
    }
    text + rest
}
