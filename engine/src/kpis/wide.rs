//! One query a source: grouped by span, city and perhaps forwarder, with a numerator and a denominator a KPI.

use std::collections::BTreeMap;

use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE, Grain};
use tidemark_sql::{KpiQuery, Source};

/// KPIs over one source, and the query that answers them together.
#[derive(Debug)]
pub(super) struct Wide<'a> {
    /// Where they come from.
    pub(super) source: &'a Source,
    /// In the order of their columns.
    pub(super) kpis: Vec<&'a KpiQuery>,
    /// Columns: bucket, city, forwarder (null where it is not asked for), then numerator and denominator a KPI.
    pub(super) sql: String,
}

/// Groups KPIs by their source and writes each group's query.
pub(super) fn queries<'a>(kpis: impl Iterator<Item = &'a KpiQuery>, grain: Grain, by_forwarder: bool) -> Vec<Wide<'a>> {
    let mut by_source: BTreeMap<&Source, Vec<&KpiQuery>> = BTreeMap::new();
    for kpi in kpis {
        by_source.entry(&kpi.source).or_default().push(kpi);
    }
    let wide = |(source, kpis): (_, Vec<_>)| Wide { sql: sql(source, &kpis, grain, by_forwarder), source, kpis };
    by_source.into_iter().map(wide).collect()
}

/// The span of an instant in the row's city, as SQL.
pub(super) fn bucket(grain: Grain, instant: &str) -> String {
    match grain {
        // Every zone of the group is whole hours from UTC, so an hour of UTC is an hour of the city's clock.
        Grain::Hour => format!("date_trunc('hour', {instant})"),
        Grain::Day => format!("local_day({instant}, city)"),
        Grain::Month => format!("local_month({instant}, city)"),
    }
}

fn sql(source: &Source, kpis: &[&KpiQuery], grain: Grain, by_forwarder: bool) -> String {
    let bucket = bucket(grain, &source.at);
    let forwarder = if by_forwarder { "forwarder" } else { "CAST(NULL AS VARCHAR)" };
    let figure = |text: &str| format!("CAST({text} AS DECIMAL({FIGURE_PRECISION}, {FIGURE_SCALE}))");
    let parts = kpis.iter().flat_map(|kpi| [&kpi.numerator, &kpi.denominator]);
    let figures: Vec<String> = parts.enumerate().map(|(i, part)| format!("{} AS f{i}", figure(part))).collect();
    let from = &source.from;
    let groups = if by_forwarder { "1, 2, 3" } else { "1, 2" };
    format!(
        "SELECT {bucket} AS bucket, city, {forwarder} AS forwarder, {} FROM {from} GROUP BY {groups}",
        figures.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidemark_sql::Library;

    #[test]
    fn kpis_over_one_source_share_a_query() {
        let library = Library::open(None).unwrap();
        let wanted = |ids: &'static [&str]| library.kpis.iter().filter(|query| ids.contains(&query.kpi.id.as_str()));
        assert_eq!(queries(wanted(&["error_rate", "automation_rate"]), Grain::Day, false).len(), 1);
        assert_eq!(queries(wanted(&["error_rate", "nps"]), Grain::Day, false).len(), 2);
    }
}
