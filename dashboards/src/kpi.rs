//! Panels that a KPI's header makes: a figure, a line over time, a ranking of forwarders.
//!
//! Cells of additive KPIs are added over cities and days, numerators and denominators apart, and then divided; a
//! plain count has no denominator to divide by. What does not add up (percentiles, distinct users) shows a line a city.

use tidemark_model::kpi::{Direction, Figure, Grain, Kpi, Unit};
use tidemark_sql::KpiQuery;

use crate::language::{Text, compose};
use crate::panel::{ACT, GOOD, PLAIN, Panel, Query, Shape, Step, WARN};
use crate::words;

/// How cities are chosen; what has no city is `-`.
pub(crate) const OF_CITY: &str = "coalesce(city, '-') IN ($city)";
/// How forwarders are chosen; what has none is `-`.
pub(crate) const OF_FORWARDER: &str = "coalesce(forwarder, '-') IN ($forwarder)";

/// One figure over the chosen days and cities; none for what does not add up.
pub(crate) fn figure(query: &KpiQuery) -> Option<Panel> {
    figure_of(query, &format!("{} AND {OF_CITY}", in_range(&query.kpi)))
}

/// The same on a board that is not asked by city.
pub(crate) fn figure_of_all(query: &KpiQuery) -> Option<Panel> {
    figure_of(query, in_range(&query.kpi))
}

fn figure_of(query: &KpiQuery, cells: &str) -> Option<Panel> {
    let Kpi { id, additive, .. } = &query.kpi;
    let (value, relation) = (of_group(query), fixed_relation(&query.kpi));
    let sql = format!("SELECT {value} AS \"value\"\nFROM {relation}\nWHERE kpi = '{id}' AND {cells}");
    additive.then(|| panel(query, Shape::Figure, sql))
}

/// Its course over time by the chosen span, with its target where it has one.
pub(crate) fn course(query: &KpiQuery) -> Panel {
    course_of(query, chosen_relation(&query.kpi), &format!("{} AND {OF_CITY}", in_range(&query.kpi)))
}

/// The same by the hour where it has hours, on a board that is asked neither by span nor by city.
pub(crate) fn course_of_all(query: &KpiQuery) -> Panel {
    let has_hours = query.kpi.grains.contains(&Grain::Hour);
    let relation = if has_hours { "kpi_hourly" } else { fixed_relation(&query.kpi) };
    course_of(query, relation, in_range(&query.kpi))
}

fn course_of(query: &KpiQuery, relation: &str, cells: &str) -> Panel {
    let Kpi { id, additive, .. } = &query.kpi;
    let target = target(&query.kpi).map(|target| format!(", {target} AS \"target\"")).unwrap_or_default();
    let sql = if *additive {
        let value = of_group(query);
        format!(
            "SELECT bucket AS \"time\", {value} AS \"value\"{target}\nFROM {relation}\n\
             WHERE kpi = '{id}' AND {cells}\nGROUP BY 1\nORDER BY 1"
        )
    } else {
        format!(
            "SELECT bucket AS \"time\", coalesce(city, '-') AS metric, value\nFROM {relation}\n\
             WHERE kpi = '{id}' AND {cells} AND value IS NOT NULL\nORDER BY 1, 2"
        )
    };
    // Where nothing was counted there is no cell: a line would bridge that, a bar is just not there.
    let shape = if *additive && is_plain(query) { Shape::Stack } else { Shape::Lines };
    panel(query, shape, sql)
}

/// Forwarders by it, the ones to look at first. Those with few invoices say little and are left out.
pub(crate) fn ranking(query: &KpiQuery) -> Panel {
    let Kpi { id, direction, .. } = &query.kpi;
    let (value, order) = (of_group(query), if *direction == Direction::Up { "ASC" } else { "DESC" });
    let (relation, range) = ("kpi_daily_by_forwarder", in_range(&query.kpi));
    let enough = if is_plain(query) { "" } else { "\nHAVING sum(denominator) >= 20" };
    let sql = format!(
        "SELECT coalesce(forwarder, '-') AS \"forwarder\", {value} AS \"value\"\nFROM {relation}\n\
         WHERE kpi = '{id}' AND {range} AND {OF_CITY} AND {OF_FORWARDER}\n\
         GROUP BY 1{enough}\nORDER BY 2 {order}, 1\nLIMIT 12"
    );
    panel(query, Shape::Ranking, sql)
}

/// The course of what does not add up, for the largest pairs of forwarder and city.
pub(crate) fn course_by_forwarder(query: &KpiQuery) -> Panel {
    let id = &query.kpi.id;
    let sql = format!(
        "SELECT k.bucket AS \"time\", k.forwarder || ' ' || k.city AS metric, k.value\n\
         FROM kpi_daily_by_forwarder k\nJOIN (\n  \
         SELECT city, forwarder, sum(numerator) AS invoices\n  FROM kpi_daily_by_forwarder\n  \
         WHERE kpi = 'invoices_settled' AND $__timeFilter(bucket) AND {OF_CITY} AND {OF_FORWARDER}\n    \
         AND city IS NOT NULL AND forwarder IS NOT NULL\n  \
         GROUP BY 1, 2\n  ORDER BY 3 DESC, 1, 2\n  LIMIT 6\n) l ON l.city = k.city AND l.forwarder = k.forwarder\n\
         WHERE k.kpi = '{id}' AND $__timeFilter(k.bucket) AND k.value IS NOT NULL\nORDER BY 1, 2"
    );
    panel(query, Shape::Lines, sql)
}

/// Grafana's id of a KPI's unit.
pub(crate) const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "short",
        Unit::Ratio => "percentunit",
        Unit::Millis => "ms",
        Unit::Hkd => "currency:HK$ ",
        Unit::Points => "none",
    }
}

/// Whether it is a plain count or sum, with nothing to divide by.
pub(crate) fn is_plain(query: &KpiQuery) -> bool {
    query.denominator == "1"
}

/// The value of a group of cells.
pub(crate) fn of_group(query: &KpiQuery) -> &'static str {
    if is_plain(query) { "sum(numerator)" } else { "sum(numerator) / nullif(sum(denominator), 0)" }
}

fn panel(query: &KpiQuery, shape: Shape, sql: String) -> Panel {
    let kpi = &query.kpi;
    Panel {
        title: kpi.titles.clone(),
        description: description(kpi),
        shape,
        unit: unit(kpi.unit),
        decimals: (kpi.unit == Unit::Ratio).then_some(1),
        query: Query::Sql(sql),
        steps: steps(kpi),
        value: Some(kpi.titles.clone()),
        columns: vec![],
        more: None,
    }
}

/// The span that viewers chose where the KPI has all of them, else the longest that it has up to a day.
fn chosen_relation(kpi: &Kpi) -> &'static str {
    if kpi.grains.len() == Grain::ALL.len() { "${grain}" } else { fixed_relation(kpi) }
}

fn fixed_relation(kpi: &Kpi) -> &'static str {
    match kpi.grains.as_slice() {
        [Grain::Month] => "kpi_monthly",
        [Grain::Hour] => "kpi_hourly",
        _ => "kpi_daily",
    }
}

/// The chosen time. A month's bucket is its first day, which may come before the time that is looked at.
fn in_range(kpi: &Kpi) -> &'static str {
    if kpi.grains == [Grain::Month] {
        "bucket BETWEEN date_trunc('month', CAST($__timeFrom() AS TIMESTAMP)) AND $__timeTo()"
    } else {
        "$__timeFilter(bucket)"
    }
}

/// Cities have targets by their age; the strictest holds for several.
fn target(kpi: &Kpi) -> Option<&'static str> {
    kpi.targets?;
    Some(if kpi.direction == Direction::Down { "min(target)" } else { "max(target)" })
}

/// From where on a value is good, and beyond which it is worth a look: one threshold, or the last and the first target.
/// Between these a city may be on the target of its age or short of it; only `status` and the target's line know.
fn limits(kpi: &Kpi) -> Option<(Figure, Figure)> {
    kpi.warn.map(|warn| (warn, warn)).or_else(|| kpi.targets.map(|targets| (targets[2], targets[0])))
}

/// Colours by the thresholds and targets.
fn steps(kpi: &Kpi) -> Vec<Step> {
    let step = |from, colour| Step { from, colour };
    let (limits, act) = (limits(kpi), number(kpi.act));
    let (good, warn) = (number(limits.map(|limits| limits.0)), number(limits.map(|limits| limits.1)));
    let is_apart = good != warn;
    let lowest = |colour| std::iter::once(step(None, colour));
    let from = |value: Option<f64>, colour| value.map(|value| step(Some(value), colour));
    let between = |value: Option<f64>| value.filter(|_| is_apart).map(|value| step(Some(value), PLAIN));
    match (kpi.direction, warn.or(act)) {
        (Direction::None, _) | (_, None) => lowest(PLAIN).collect(),
        (Direction::Down, _) => {
            lowest(GOOD).chain(between(good)).chain(from(warn, WARN)).chain(from(act, ACT)).collect()
        }
        (Direction::Up, _) if act.is_some() => {
            let next = if warn.is_some() { WARN } else { GOOD };
            lowest(ACT).chain(from(act, next)).chain(between(warn)).chain(from(good, GOOD)).collect()
        }
        (Direction::Up, _) => lowest(WARN).chain(between(warn)).chain(from(good, GOOD)).collect(),
    }
}

fn number(figure: Option<Figure>) -> Option<f64> {
    figure?.to_string().parse().ok()
}

/// Meaning, formula, owner, targets, and what the colours mean.
fn description(kpi: &Kpi) -> Text {
    let base = words::description(&kpi.meanings, &kpi.formula, &kpi.owner);
    let shown = |figure: Figure| shown(kpi.unit, figure);
    let side = if kpi.direction == Direction::Up { words::BELOW } else { words::ABOVE };
    let target = kpi.targets.map(|targets| targets.map(shown).join(" / "));
    let limits = limits(kpi);
    let (warn, act) = (limits.map(|(_, warn)| shown(warn)), kpi.act.map(shown));
    let is_apart = limits.is_some_and(|(good, warn)| good != warn);
    compose(|language| {
        let of = |words: &[&'static str; 3]| language.of(words).to_owned();
        let mut text = language.of(&base).to_owned();
        text += &target.iter().map(|target| format!("\n\n{}: {target}", of(&words::TARGETS))).collect::<String>();
        let limit = |colour: &[&'static str; 3], limit: &Option<String>| {
            limit.iter().map(|limit| format!("\n\n{}: {} {limit}", of(colour), of(&side))).collect::<String>()
        };
        text += &limit(&words::ORANGE, &warn);
        text += &limit(&words::RED, &act);
        if is_apart {
            text += &format!("\n\n{}", of(&words::BLUE));
        }
        text
    })
}

/// A figure as people write it.
fn shown(unit: Unit, figure: Figure) -> String {
    match unit {
        Unit::Ratio => format!("{} %", Figure(figure.0.saturating_mul(100))),
        Unit::Millis => format!("{figure} ms"),
        Unit::Hkd => format!("HK$ {figure}"),
        Unit::Count | Unit::Points => figure.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(id: &str) -> Vec<(Option<f64>, &'static str)> {
        let library = tidemark_sql::Library::open(None).unwrap();
        let query = library.kpis.iter().find(|query| query.kpi.id == id).unwrap();
        steps(&query.kpi).iter().map(|step| (step.from, step.colour)).collect()
    }

    #[test]
    fn colours_change_where_thresholds_and_targets_are() {
        let rising = vec![(None, WARN), (Some(0.9), PLAIN), (Some(0.95), GOOD)];
        assert_eq!(colours("automation_rate"), rising);
        assert_eq!(
            colours("manual_intervention_rate"),
            [(None, GOOD), (Some(0.05), PLAIN), (Some(0.1), WARN)],
            "less is better"
        );
        assert_eq!(
            colours("ai_accuracy"),
            [(None, ACT), (Some(0.7), WARN), (Some(0.8), GOOD)],
            "thresholds come first"
        );
        assert_eq!(colours("multimodal_share"), [(None, GOOD), (Some(0.3), WARN), (Some(0.5), ACT)]);
        assert_eq!(colours("error_rate"), [(None, GOOD), (Some(0.05), WARN)]);
        assert_eq!(colours("invoices_received"), [(None, PLAIN)]);
    }
}
