use super::*;

use std::fs;
use std::path::Path;

use tidemark_model::kpi::MONTHLY_AI_HKD;

use super::kpis::by_hand;

const RENEW: &str = "TIDEMARK_RENEW";

fn embedded() -> Library {
    Library::open(None).unwrap()
}

/// The embedded library with one KPI more, whose header has these lines.
fn with_own(lines: &str, select: &str) -> String {
    let folder = std::env::temp_dir().join(format!("tidemark-own-kpis-{}-{}", std::process::id(), lines.len()));
    fs::create_dir_all(&folder).unwrap();
    let words = "-- title: It's {{ own }}\n-- title_zh_hant: 我\n-- title_zh_hans: 我\n-- meaning: Ours.\n";
    let text = format!("{words}-- owner: us\n-- topic: own\n-- at: at\n{lines}\n{select}\nFROM invoices\n");
    fs::write(folder.join("own_figure.sql"), text).unwrap();
    let library = Library::open(Some(&folder)).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    kpis::generate(&library)
}

/// The text of one rule.
fn rule<'a>(text: &'a str, alert: &str) -> &'a str {
    let start = text.find(&format!("- alert: {alert}\n")).unwrap_or_else(|| panic!("no {alert} in {text}"));
    let rest = &text[start + 2..];
    &rest[..rest.find("  - alert: ").unwrap_or(rest.len())]
}

#[test]
fn the_committed_rules_are_those_of_the_catalogue() {
    let path = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("rules/kpis.yml");
    let generated = kpis::generate(&embedded());
    if std::env::var_os(RENEW).is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "rules/kpis.yml is not what the headers say: renew it with {RENEW}=1 and commit it"
    );
}

#[test]
fn every_threshold_of_a_header_is_a_rule() {
    let text = kpis::generate(&embedded());
    for query in &embedded().kpis {
        let kpi = &query.kpi;
        for (name, limit) in [("warn", kpi.warn), ("act", kpi.act)] {
            let expected = limit.filter(|_| !by_hand(kpi));
            let found = text.split("- alert: ").find(|rule| {
                rule.contains(&format!("_value{{kpi=\"{}\"}}", kpi.id))
                    && rule.contains(&format!("threshold: '{name}'"))
            });
            assert_eq!(found.is_some(), expected.is_some(), "{} {name}", kpi.id);
            if let (Some(rule), Some(limit)) = (found, expected) {
                assert!(rule.contains(&format!(" {limit}\n")), "{rule}");
            }
        }
    }
}

#[test]
fn thresholds_written_by_hand_are_those_of_the_headers() {
    for query in embedded().kpis.iter().filter(|query| by_hand(&query.kpi)) {
        let kpi = &query.kpi;
        for (name, limit) in [("warn", kpi.warn), ("act", kpi.act)] {
            let Some(limit) = limit else { continue };
            let of = |rule: &&str| {
                rule.contains(&format!("_value{{kpi=\"{}\"}}", kpi.id)) && rule.contains(&format!("threshold: {name}"))
            };
            let rule = BUSINESS.split("- alert: ").find(of).unwrap_or_else(|| panic!("no {name} of {}", kpi.id));
            assert!(rule.contains(&format!("< {limit}\n")), "{rule}");
        }
    }
}

#[test]
fn a_ratio_that_should_be_small_alerts_above_its_limit_where_it_rests_on_enough() {
    let text = kpis::generate(&embedded());
    let rule = rule(&text, "TidemarkErrorRateWarn");
    let expected = [
        "    expr: |-",
        "      max by (kpi, city) (tidemark_kpi_value{kpi=\"error_rate\"}",
        "        unless time() - tidemark_kpi_start_timestamp_seconds{kpi=\"error_rate\"} > 2 * 86400)",
        "      > 0.05",
        "      and max by (kpi, city) (tidemark_kpi_denominator{kpi=\"error_rate\"}) >= 20\n",
    ];
    assert!(rule.contains(&expected.join("\n")), "{rule}");
    assert!(rule.contains("severity: 'ticket'") && rule.contains("above 5 %'"), "{rule}");
}

#[test]
fn a_kpi_of_ones_own_that_should_be_large_alerts_below_its_limit() {
    let lines = "-- unit: ratio\n-- direction: up\n-- act: 0.125\n-- grains: month";
    let text = with_own(lines, "SELECT count(*) FILTER (WHERE multimodal) AS numerator, count(*) AS denominator");
    let rule = rule(&text, "TidemarkOwnFigureAct");
    assert!(rule.contains("min by (kpi, city) (tidemark_kpi_month_value{kpi=\"own_figure\"}"), "{rule}");
    assert!(rule.contains("      < 0.125\n") && rule.contains("> 32 * 86400)"), "{rule}");
    assert!(rule.contains("severity: 'page'") && rule.contains("team: 'us'"), "{rule}");
    assert!(rule.contains("/d/tidemark-own-en?") && rule.contains("/kpis.md'"), "{rule}");
    assert!(rule.contains("summary: 'It''s { { own }} in "), "{rule}");
}

#[test]
fn a_plain_count_asks_for_no_denominator() {
    let lines = "-- unit: count\n-- direction: down\n-- warn: 7\n-- grains: day";
    let text = with_own(lines, "SELECT count(*) AS numerator, 1 AS denominator");
    assert!(!rule(&text, "TidemarkOwnFigureWarn").contains("_denominator"), "{text}");
}

#[test]
fn a_library_without_thresholds_is_still_a_rule_file() {
    assert!(kpis::generate(&Library::default()).ends_with("  rules: []\n"));
}

#[test]
fn links_lead_where_they_are_told_to() {
    let links = Links { boards: "https://boards.test".to_owned(), runbooks: "https://books.test".to_owned() };
    for (path, text) in files(&embedded(), &links) {
        let is_rules = path.starts_with("rules");
        assert!(!text.contains(BOARDS) && !text.contains(RUNBOOKS), "{}", path.display());
        assert_eq!(is_rules, text.contains("https://boards.test/d/tidemark-"), "{}", path.display());
        assert_eq!(is_rules, text.contains("https://books.test/"), "{}", path.display());
    }
}

#[test]
fn what_ai_may_cost_in_a_month_is_the_same_in_rules_and_in_the_signal_to_degrade_it() {
    let [_, warn, act] = MONTHLY_AI_HKD;
    for (alert, limit) in [("TidemarkMonthlyAiCostWarn", warn), ("TidemarkMonthlyAiCostAct", act)] {
        let rule = rule(BUSINESS, alert);
        assert!(rule.contains(&format!("> {limit}\n")) && rule.contains(&format!("above HKD {limit}\n")), "{rule}");
    }
    let library = embedded();
    let view = library.views.iter().find(|view| view.name == "ai_degradation").unwrap();
    let limits = format!("CAST({warn} AS DECIMAL(38, 9)) AS warn, CAST({act} AS DECIMAL(38, 9)) AS act");
    assert!(view.sql.contains(&limits), "{}", view.sql);
}
