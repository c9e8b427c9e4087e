//! A KPI's header to alert rules: one where the value passes `warn`, one where it passes `act`.
//!
//! They ask the gauges of [`crate::Gauges`], city by city, as `status` in the KPI relations does. YAML is written as
//! text: it must be the same byte by byte, and it is read by people.

use std::fmt::Write as _;

use tidemark_model::kpi::{Direction, Figure, Grain, Kpi, Unit};
use tidemark_sql::{KpiQuery, Library, boards};

use super::{BOARDS, RUNBOOKS};

/// KPIs whose thresholds begin to count some time after a city's go-live. Their rules are in `rules/business.yml`.
const BY_HAND: [&str; 2] = ["adoption", "ai_accuracy"];
/// So many invoices (or whatever the denominator counts) a value must rest on. A small city settles some 25 a day; of
/// fewer than 20, one failure already is more than 5 %.
const DENOMINATOR_MIN: u32 = 20;
/// A value that passes its threshold for one reading only is a batch that is still coming in.
const FOR: &str = "5s";
/// Between two looks at the rules.
const INTERVAL: &str = "5s";

const HEAD: &str = "\
# Generated from the thresholds of the KPI catalogue: change the header of sql/kpis/ID.sql, then renew this file with
#   TIDEMARK_RENEW=1 cargo test -p tidemark-alerts
";

/// Whether the rules of a KPI are written by hand, because its header cannot say when they begin to count.
pub(super) fn by_hand(kpi: &Kpi) -> bool {
    BY_HAND.contains(&kpi.id.as_str())
}

/// One threshold of a header.
#[derive(Debug, Clone, Copy)]
struct Threshold {
    name: &'static str,
    severity: &'static str,
    limit: Figure,
}

/// The gauges of one span, and until when its value is one of now.
#[derive(Debug, Clone, Copy)]
struct Span {
    gauges: &'static str,
    words: &'static str,
    /// Days since the span's start. A city that rests keeps its last value, which must not alert for ever.
    days_max: u32,
}

/// Today and yesterday: the newest day is that of the last events, and one that ended at midnight still counts.
const DAY: Span = Span { gauges: "tidemark_kpi", words: "newest local day", days_max: 2 };
const MONTH: Span = Span { gauges: "tidemark_kpi_month", words: "newest local month", days_max: 32 };

/// The rule file.
pub(super) fn generate(library: &Library) -> String {
    let mut text = String::from(HEAD);
    let _ = writeln!(text, "groups:\n- name: tidemark-kpis\n  interval: {INTERVAL}\n  rules:");
    let queries = library.kpis.iter().filter(|query| !by_hand(&query.kpi));
    let rules: Vec<_> = queries.flat_map(|query| thresholds(&query.kpi).map(move |of| rule(query, of))).collect();
    // A library without thresholds is a file that Prometheus still loads.
    if rules.is_empty() {
        return text.replace("rules:", "rules: []");
    }
    text + &rules.concat()
}

fn thresholds(kpi: &Kpi) -> impl Iterator<Item = Threshold> {
    let warn = kpi.warn.map(|limit| Threshold { name: "warn", severity: "ticket", limit });
    let act = kpi.act.map(|limit| Threshold { name: "act", severity: "page", limit });
    warn.into_iter().chain(act)
}

fn rule(query: &KpiQuery, threshold: Threshold) -> String {
    let kpi = &query.kpi;
    let (title, id, word) = (&kpi.titles[0], &kpi.id, passed(kpi.direction));
    let span = if kpi.grains.contains(&Grain::Day) { DAY } else { MONTH };
    let limit = limit(kpi.unit, threshold.limit);
    let city = "{{ if $labels.city }}{{ $labels.city }}{{ else }}no city{{ end }}";
    let enough =
        if rests_on_many(query) { format!(" Its denominator is at least {DENOMINATOR_MIN}.") } else { String::new() };
    let annotations = [
        ("summary", format!("{} in {city} is {}, {word} {limit}", literal(title), value(kpi.unit))),
        ("description", format!("{} This is the value of the {}.{enough}", literal(&kpi.meanings[0]), span.words)),
        ("runbook_url", runbook(id)),
        ("dashboard_url", format!("{BOARDS}/d/{}?var-city={{{{ $labels.city }}}}", board(&kpi.topic))),
    ];
    let mut text = format!("  - alert: {}\n    expr: |-\n", alert(id, threshold.name));
    for line in expression(query, threshold, span) {
        let _ = writeln!(text, "      {line}");
    }
    let _ = writeln!(text, "    for: {FOR}\n    labels:");
    let labels = [
        ("severity", threshold.severity),
        ("threshold", threshold.name),
        ("service", "tidemark"),
        ("team", &kpi.owner),
    ];
    for (name, value) in labels {
        let _ = writeln!(text, "      {name}: {}", quoted(value));
    }
    text.push_str("    annotations:\n");
    for (name, value) in annotations {
        let _ = writeln!(text, "      {name}: {}", quoted(&value));
    }
    text
}

/// Of a KPI of one's own the page's head says all there is.
fn runbook(id: &str) -> String {
    let place = if Library::embeds(id) { format!("#{id}") } else { String::new() };
    format!("{RUNBOOKS}/kpis.md{place}")
}

/// Alerts are in English, and so is the board they lead to.
fn board(topic: &str) -> String {
    boards::uid(boards::of_topic(topic), "en")
}

/// Two instances of the service show the same figures: the worse of the two counts, once.
fn expression(query: &KpiQuery, threshold: Threshold, span: Span) -> Vec<String> {
    let (id, Span { gauges, days_max, .. }) = (&query.kpi.id, span);
    let (worst, sign) = if query.kpi.direction == Direction::Up { ("min", "<") } else { ("max", ">") };
    let mut lines = vec![
        format!("{worst} by (kpi, city) ({gauges}_value{{kpi=\"{id}\"}}"),
        format!("  unless time() - {gauges}_start_timestamp_seconds{{kpi=\"{id}\"}} > {days_max} * 86400)"),
        format!("{sign} {}", threshold.limit),
    ];
    if rests_on_many(query) {
        lines.push(format!("and max by (kpi, city) ({gauges}_denominator{{kpi=\"{id}\"}}) >= {DENOMINATOR_MIN}"));
    }
    lines
}

/// Whether the denominator counts something; that of a plain count, sum or percentile is 1.
fn rests_on_many(query: &KpiQuery) -> bool {
    query.denominator != "1"
}

const fn passed(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "below",
        Direction::Down | Direction::None => "above",
    }
}

/// `TidemarkErrorRateWarn`.
fn alert(id: &str, threshold: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    let words: String = id.split('_').chain([threshold]).map(capital).collect();
    format!("Tidemark{words}")
}

/// The value as a template of Prometheus writes it.
const fn value(unit: Unit) -> &'static str {
    match unit {
        Unit::Ratio => "{{ $value | humanizePercentage }}",
        Unit::Hkd => "HKD {{ $value | printf \"%.2f\" }}",
        Unit::Millis => "{{ $value | humanize }} ms",
        Unit::Count | Unit::Points => "{{ $value | humanize }}",
    }
}

fn limit(unit: Unit, limit: Figure) -> String {
    match unit {
        Unit::Ratio => format!("{} %", Figure(limit.0.saturating_mul(100))),
        Unit::Hkd => format!("HKD {limit}"),
        Unit::Millis => format!("{limit} ms"),
        Unit::Count | Unit::Points => limit.to_string(),
    }
}

/// A header's words, which are no template.
fn literal(text: &str) -> String {
    text.replace("{{", "{ {")
}

/// A YAML scalar in single quotes, in which only the quote itself is special. A header's values have no line breaks.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
