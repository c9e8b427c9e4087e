//! A chart as SVG: plain shapes and text, with a title and a description that screen readers say. Names are escaped; no
//! style sheet, no script, no address is in it.

use std::fmt::Write as _;

use super::describe::describe;
use super::label::{cut, figure, width};
use super::plot::{BAR_FILL, EDGE, FONT, LABEL_WIDTH_MAX, LINE, Plot, SIZE, SWATCH, label_at};
use super::{Chart, Series, Shape};

/// Colours that differ in brightness too, each at least 3 to 1 against white (WCAG 2.2, 1.4.11), after Okabe and Ito's
/// set for colour-blind readers.
const COLOURS: [&str; 8] = ["#0072b2", "#c44e00", "#007a5a", "#a8447f", "#7a5c00", "#2b3a8c", "#333333", "#6b7280"];
/// Dashes of lines: what the colours are to those who do not see them.
const DASHES: [&str; 8] = ["", "8 4", "2 4", "12 4 2 4", "4 2", "16 4", "2 2", "10 2 2 2 2 2"];
const INK: &str = "#1f2937";
const QUIET: &str = "#5b6472";
const GRID: &str = "#d5dae1";
/// The fonts by name: the first is in the binary, for PNG; a browser takes the next that it has.
const FAMILY: &str = "Noto Sans CJK TC, Noto Sans CJK HK, Noto Sans TC, PingFang TC, Microsoft JhengHei, sans-serif";
/// Size of the title's font.
const TITLE_FONT: f64 = 20.0;
/// Half the width of the mark of a single point.
const DOT: f64 = 3.0;

/// The picture. The same chart gives the same text.
#[must_use]
pub fn svg(chart: &Chart) -> String {
    let plot = Plot::of(chart);
    let mut text = String::new();
    open(&mut text, chart);
    heading(&mut text, chart);
    axis_of_values(&mut text, chart, &plot);
    for (number, series) in chart.series.iter().enumerate() {
        match chart.shape {
            Shape::Lines { gap } => line(&mut text, chart, &plot, (number, series, gap)),
            Shape::Bars => bars(&mut text, chart, &plot, (number, series)),
        }
        key(&mut text, chart, &plot, (number, series));
    }
    axis_of_places(&mut text, chart, &plot);
    text.push_str("</svg>\n");
    text
}

fn open(text: &mut String, chart: &Chart) {
    let (width, height) = SIZE;
    let (tag, title, description) = (chart.language.tag(), escaped(&chart.title), escaped(&describe(chart)));
    put(
        text,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" xml:lang=\"{tag}\" \
             font-family=\"{FAMILY}\" font-size=\"{FONT}\">\n\
             <title id=\"title\">{title}</title>\n<desc id=\"desc\">{description}</desc>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
        ),
    );
}

fn heading(text: &mut String, chart: &Chart) {
    let room = SIZE.0 - 2.0 * EDGE;
    let title = escaped(&cut(&chart.title, TITLE_FONT, room));
    let y = EDGE + 14.0;
    put(
        text,
        format_args!(
            "<text x=\"{EDGE}\" y=\"{y}\" font-size=\"{TITLE_FONT}\" font-weight=\"bold\" \
             fill=\"{INK}\">{title}</text>\n"
        ),
    );
    words(text, (EDGE, y + LINE + 2.0), "start", &cut(&chart.subtitle, FONT, room));
    words(text, (EDGE, SIZE.1 - EDGE / 2.0), "start", &cut(&chart.note, FONT, room));
}

fn axis_of_values(text: &mut String, chart: &Chart, plot: &Plot) {
    let (left, right) = (at(plot.left), at(plot.right));
    for tick in &plot.scale.ticks {
        let y = plot.height(*tick);
        let colour = if *tick == 0.0 { QUIET } else { GRID };
        let height = at(y);
        put(text, format_args!("<path d=\"M{left} {height}H{right}\" stroke=\"{colour}\"/>\n"));
        let label = figure(*tick, plot.scale.decimals, chart.is_share);
        words(text, (plot.left - 8.0, y + FONT * 0.35), "end", &label);
    }
}

fn axis_of_places(text: &mut String, chart: &Chart, plot: &Plot) {
    let y = plot.bottom + LINE;
    for number in &plot.labelled {
        let (Some(place), Some(x)) = (chart.places.get(*number), plot.places.get(*number)) else { continue };
        let label = cut(&place.label, FONT, LABEL_WIDTH_MAX);
        if plot.leans {
            let (x, y) = (at(*x), at(y - 4.0));
            let label = escaped(&label);
            put(
                text,
                format_args!(
                    "<text transform=\"translate({x} {y}) rotate(-45)\" text-anchor=\"end\" \
                     fill=\"{QUIET}\">{label}</text>\n"
                ),
            );
        } else {
            let x = label_at(*x, width(&label, FONT) / 2.0);
            words(text, (x, y), "middle", &label);
        }
    }
}

/// One line, in pieces where values are missing; a piece of one point is a dot.
fn line(text: &mut String, chart: &Chart, plot: &Plot, (number, series, gap): (usize, &Series, f64)) {
    let (colour, dash) = look(number);
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut last_at = f64::NEG_INFINITY;
    for ((value, place), x) in series.values.iter().zip(&chart.places).zip(&plot.places) {
        let Some(value) = value else { continue };
        let point = (*x, plot.height(*value));
        match pieces.last_mut() {
            Some(piece) if place.at - last_at <= gap => piece.push(point),
            _ => pieces.push(vec![point]),
        }
        last_at = place.at;
    }
    for piece in pieces {
        if let [(x, y)] = piece.as_slice() {
            put(text, format_args!("<circle cx=\"{}\" cy=\"{}\" r=\"{DOT}\" fill=\"{colour}\"/>\n", at(*x), at(*y)));
            continue;
        }
        let path: Vec<String> = piece.iter().map(|(x, y)| format!("{} {}", at(*x), at(*y))).collect();
        let path = path.join("L");
        put(
            text,
            format_args!(
                "<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
                 stroke-linejoin=\"round\"{dash}/>\n"
            ),
        );
    }
}

fn bars(text: &mut String, chart: &Chart, plot: &Plot, (number, series): (usize, &Series)) {
    let (colour, _) = look(number);
    let zero = plot.height(0.0);
    for (place, value) in series.values.iter().enumerate() {
        let Some(value) = value else { continue };
        let x = at(plot.bar_left(place, number, chart.series.len()));
        let y = plot.height(*value);
        let (top, height, width) = (at(y.min(zero)), at((y - zero).abs()), at(plot.bar * BAR_FILL));
        put(
            text,
            format_args!("<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\"/>\n"),
        );
    }
}

/// A series' place in the legend.
fn key(text: &mut String, chart: &Chart, plot: &Plot, (number, series): (usize, &Series)) {
    let Some((x, y)) = plot.legend.get(number) else { return };
    let (colour, dash) = look(number);
    let (left, right, height) = (at(*x), at(x + SWATCH - 8.0), at(y - FONT * 0.35));
    let width = if chart.shape == Shape::Bars { 10 } else { 3 };
    let dash = if chart.shape == Shape::Bars { String::new() } else { dash };
    put(
        text,
        format_args!("<path d=\"M{left} {height}H{right}\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}/>\n"),
    );
    words(text, (x + SWATCH, *y), "start", &cut(&series.name, FONT, LABEL_WIDTH_MAX));
}

fn look(series: usize) -> (&'static str, String) {
    let dash = DASHES[series % DASHES.len()];
    let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
    (COLOURS[series % COLOURS.len()], dash)
}

fn words(text: &mut String, (x, y): (f64, f64), anchor: &str, said: &str) {
    if !said.is_empty() {
        let (x, y, said) = (at(x), at(y), escaped(said));
        put(text, format_args!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"{QUIET}\">{said}</text>\n"));
    }
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(what);
}

/// A length to a hundredth: finer than any screen, and short.
fn at(length: f64) -> String {
    let text = format!("{length:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// A text as XML takes it; characters that XML 1.0 does not have are the sign of a replacement.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
