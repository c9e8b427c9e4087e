use super::*;

const KPI: &str = "-- title: Success rate\n-- title_zh_hant: 成功率\n-- title_zh_hans: 成功率\n-- meaning: Share of settled\n--   invoices that completed.\n-- unit: ratio\n-- direction: up\n-- owner: scm\n-- topic: invoices\n-- targets: 0.9 0.92 0.95\n-- warn: 0.8\n-- by: forwarder\n-- at: settled_at\nSELECT count(*) FILTER (WHERE status = 'completed') AS numerator, count(*) AS denominator\nFROM settled_invoices\n";

fn problem(text: &str) -> String {
    KpiQuery::parse("success_rate", text).unwrap_err().to_string()
}

#[test]
fn the_embedded_library_is_complete_and_in_order() {
    let library = Library::open(None).unwrap();
    assert!(!library.kpis.is_empty());
    for (index, view) in library.views.iter().enumerate() {
        for later in &library.views[index..] {
            assert!(!view.reads.contains(&later.name), "{} comes before {}", view.name, later.name);
        }
    }
}

#[test]
fn a_kpi_is_taken_apart() {
    let query = KpiQuery::parse("success_rate", KPI).unwrap();
    assert_eq!(query.source.from, "settled_invoices");
    assert_eq!(query.numerator, "count(*) FILTER (WHERE status = 'completed')");
    assert_eq!(query.kpi.formula, "count(*) FILTER (WHERE status = 'completed') / count(*)");
    assert_eq!(query.kpi.meanings[0], "Share of settled invoices that completed.");
    assert_eq!(query.kpi.targets.unwrap()[1].to_string(), "0.92");
    assert!(query.kpi.additive);
}

#[test]
fn a_meaning_without_a_translation_is_the_english_one() {
    let untranslated = KpiQuery::parse("success_rate", KPI).unwrap().kpi.meanings;
    assert_eq!(untranslated, ["Share of settled invoices that completed."; 3]);
    let text = KPI.replace("-- unit", "-- meaning_zh_hans: 完成者的比例。\n-- unit");
    let translated = KpiQuery::parse("success_rate", &text).unwrap().kpi.meanings;
    assert_eq!(translated, [&*untranslated[0], &*untranslated[0], "完成者的比例。"]);
}

#[test]
fn every_embedded_kpi_says_what_it_means_in_each_language() {
    for query in Library::open(None).unwrap().kpis {
        let [english, traditional, simplified] = &query.kpi.meanings;
        let is_chinese = |text: &str| text.contains(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
        assert!(!english.is_empty() && !is_chinese(english), "{}: {english}", query.kpi.id);
        assert!(is_chinese(traditional) && is_chinese(simplified), "{}", query.kpi.id);
    }
}

#[test]
fn a_source_that_looks_at_the_clock_says_so() {
    assert!(!KpiQuery::parse("success_rate", KPI).unwrap().source.is_volatile);
    let text = KPI.replace("FROM settled_invoices", "FROM settled_invoices WHERE settled_at < NOW()");
    assert!(KpiQuery::parse("success_rate", &text).unwrap().source.is_volatile);
}

#[test]
fn what_is_distinct_or_ranked_does_not_add_up() {
    for aggregate in ["count(DISTINCT user_id)", "max(n)", "percentile(ms, 0.5)"] {
        let text = KPI.replace("count(*) FILTER (WHERE status = 'completed')", aggregate);
        assert!(!KpiQuery::parse("success_rate", &text).unwrap().kpi.additive, "{aggregate}");
    }
}

#[test]
fn a_header_says_what_it_lacks_or_has_too_much() {
    assert!(problem(&KPI.replace("-- owner: scm\n", "")).ends_with("the header lacks \"-- owner: ...\""));
    assert!(problem(&KPI.replace("owner:", "ownr:")).contains("owner"));
    assert!(problem(&KPI.replace("-- warn", "-- wran")).contains("unknown key \"wran\""));
    assert!(problem(&KPI.replace("unit: ratio", "unit: percent")).contains("expected one of count, ratio"));
    assert!(problem(&KPI.replace("0.9 0.92 0.95", "90 %")).contains("targets"));
    assert!(problem(&KPI.replace("direction: up", "direction: none")).contains("need a direction"));
    assert!(problem(&KPI.replace("AS denominator", "AS divisor")).contains("no column AS denominator"));
    assert!(problem(&KPI.replace("SELECT", "DELETE")).starts_with("success_rate.sql: "));
    assert!(KpiQuery::parse("Success", KPI).is_err());
}

#[test]
fn a_view_of_what_is_foretold_names_those_kpis_alone() {
    let text = "SELECT 1 FROM c WHERE kpi IN ({foretold by the hour}) OR kpi IN ({foretold by the day})";
    let kpi = |id: &str, grains: &str| {
        KpiQuery::parse(id, &KPI.replace("-- warn", &format!("-- forecast: {grains}\n-- warn"))).unwrap()
    };
    let plain = KpiQuery::parse("plain", KPI).unwrap();
    let made = with_foretold(text, &[kpi("both", "hour day"), plain.clone(), kpi("days", "day")]);
    assert_eq!(made, "SELECT 1 FROM c WHERE kpi IN ('both') OR kpi IN ('both', 'days')");
    assert_eq!(with_foretold(text, &[plain]), "SELECT 1 FROM c WHERE kpi IN ('') OR kpi IN ('')");
    let scores = Library::open(None).unwrap().view("forecast_scores").unwrap().sql.clone();
    assert!(scores.contains("'invoices_received'") && !scores.contains('{'), "{scores}");
}

#[test]
fn views_in_a_circle_are_refused() {
    let view = |name, reads: &str| View::parse(name, &format!("-- meaning: m\nSELECT * FROM {reads}")).unwrap();
    let names = |views: Vec<View>| views.into_iter().map(|view| view.name).collect::<Vec<_>>();
    assert_eq!(names(view::ordered(vec![view("b", "a"), view("a", "events")]).unwrap()), ["a", "b"]);
    let error = view::ordered(vec![view("b", "a"), view("a", "b")]).unwrap_err();
    assert_eq!(error.to_string(), "the views a, b read each other in a circle");
}
