//! What a detector found as a finding, in words and figures that a person can check.

use tidemark_model::kpi::Figure;

use super::ask::{Kpi, Nature};
use super::clock::Clock;
use super::follow::Seen;
use crate::anomaly::finding::{Finding, Kind, Severity, figure};
use crate::anomaly::series;
use crate::forecast::past::Key;

/// A finding of a KPI's series. The subject is its grain, so that an hour and a day that begin together are told apart.
pub(super) fn finding(key: &Key, kpi: &Kpi, clock: Clock, seen: &Seen) -> Finding {
    let of = &seen.finding;
    let (at, to) = (clock.start(clock.period_of(of.from)), clock.start(clock.period_of(of.to) + 1));
    // Means and shares do not add up over periods.
    let part = if matches!(kpi.nature, Nature::Mean | Nature::Share) { of.exposure.max(1.0) } else { 1.0 };
    let (observed, expected) = (of.observed / part, of.expected / part);
    let is_one = of.from == of.to;
    let band = seen.peak.filter(|_| is_one);
    let extra = (kpi.is_money && kpi.nature == Nature::Cost).then(|| figure((observed - expected).max(0.0)));
    Finding {
        series: key.kpi.clone(),
        subject: key.grain.name().to_owned(),
        city: key.city.clone(),
        forwarder: key.forwarder.clone(),
        at,
        to,
        observed: figure(observed),
        expected: Some(figure(expected)),
        lower: band.map(|band| figure(band.lower)),
        upper: band.map(|band| figure(band.upper)),
        score: of.score,
        severity: severity(of.severity),
        kind: kind(of.kind),
        explanation: words(key, kpi, clock, seen, (observed, expected)),
        money_at_risk: extra,
    }
}

const fn kind(kind: series::Kind) -> Kind {
    match kind {
        series::Kind::Spike => Kind::Spike,
        series::Kind::Drop => Kind::Drop,
        series::Kind::LevelShift => Kind::LevelShift,
        series::Kind::Silence => Kind::Silence,
    }
}

const fn severity(severity: series::Severity) -> Severity {
    match severity {
        series::Severity::Info => Severity::Notice,
        series::Severity::Warn => Severity::Warn,
        series::Severity::Act => Severity::Act,
    }
}

fn words(key: &Key, kpi: &Kpi, clock: Clock, seen: &Seen, (observed, expected): (f64, f64)) -> String {
    let of = &seen.finding;
    let place = match (&key.city, &key.forwarder) {
        (Some(city), _) => city.as_str(),
        (None, Some(forwarder)) => forwarder.as_str(),
        (None, None) => "all cities",
    };
    let number = |value: f64| number(value, kpi.nature);
    let local = |step: u64| clock.local(clock.start(clock.period_of(step)));
    let when = match (of.from == of.to, seen.goes_on) {
        (true, false) => format!("in the {} from {}", key.grain.name(), local(of.from)),
        (false, false) => format!("from {} until {}", local(of.from), local(of.to + 1)),
        (_, true) => format!("since {}", local(of.from)),
    };
    let mut words =
        format!("{} of {place} {when}: {} where {} was expected", key.kpi, number(observed), number(expected));
    if let Some(peak) = seen.peak {
        let (lower, upper) = (number(peak.lower), number(peak.upper));
        words += &format!(
            "; furthest off in the {} from {}, {} beside a usual {lower} to {upper}",
            key.grain.name(),
            local(peak.step),
            number(peak.observed)
        );
    }
    words
}

/// A number for people: shares in percent, others with two digits after the point where they are small.
fn number(value: f64, nature: Nature) -> String {
    match nature {
        Nature::Share => format!("{:.2} %", 100.0 * value),
        _ if value.abs() >= 100.0 => format!("{value:.0}"),
        _ => Figure((value * 100.0).round() as i128 * 10_000_000).to_string(),
    }
}
