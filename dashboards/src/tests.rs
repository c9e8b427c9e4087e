//! What holds for every board in every language, and that the committed files are what is generated.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tidemark_sql::Library;

use super::*;

/// Relations that are neither views nor tables of a stream: the platform's own, and the KPIs'.
const RELATIONS: [&str; 13] = [
    "session_events",
    "invoice_events",
    "usage_events",
    "dead_letters",
    "tables",
    "ingest_partitions",
    "cities",
    "exchange_rates",
    "kpis",
    "kpi_hourly",
    "kpi_daily",
    "kpi_monthly",
    "kpi_daily_by_forwarder",
];
const OWN: &str = "-- title: Pages received
-- title_zh_hant: 收到頁數
-- title_zh_hans: 收到页数
-- meaning: Pages of the invoices that arrived.
-- unit: count
-- direction: none
-- owner: scm
-- topic: paper
-- by: forwarder
-- at: received_at
SELECT sum(pages) AS numerator, 1 AS denominator
FROM invoice_lives
";

fn made(library: &Library) -> Vec<(PathBuf, Value)> {
    let is_board = |file: &File| file.path.extension().is_some_and(|extension| extension == "json");
    let parsed = |file: File| (file.path, serde_json::from_str(&file.text).unwrap());
    files(library, &Options::default()).into_iter().filter(is_board).map(parsed).collect()
}

fn boards() -> Vec<(PathBuf, Value)> {
    made(&Library::open(None).unwrap())
}

fn panels(board: &Value) -> impl Iterator<Item = &Value> {
    board["panels"].as_array().unwrap().iter().filter(|panel| panel["type"] != "row")
}

/// Every SQL text of a board: panels, variables, annotations.
fn statements(board: &Value) -> Vec<String> {
    let targets = panels(board).flat_map(|panel| panel["targets"].as_array().unwrap());
    let annotations = board["annotations"]["list"].as_array().unwrap().iter().map(|mark| &mark["target"]);
    let variables = board["templating"]["list"].as_array().unwrap().iter();
    let asked = variables.filter(|variable| variable["type"] == "query").map(|variable| &variable["query"]);
    let texts = targets.chain(annotations).map(|target| &target["rawSql"]).chain(asked);
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn the_committed_files_are_what_is_generated() {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("grafana");
    let made = files(&Library::open(None).unwrap(), &Options::default());
    if std::env::var_os("TIDEMARK_RENEW").is_some() {
        let _ = fs::remove_dir_all(&folder);
        for file in &made {
            let path = folder.join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.text).unwrap();
        }
    }
    let renew = "renew them: TIDEMARK_RENEW=1 cargo test -p tidemark-dashboards";
    for file in &made {
        let committed = fs::read_to_string(folder.join(&file.path)).unwrap_or_default();
        assert!(committed == file.text, "{} is not what is generated; {renew}", file.path.display());
    }
    let expected: BTreeSet<PathBuf> = made.into_iter().map(|file| folder.join(file.path)).collect();
    assert_eq!(found_below(&folder), expected, "files too many or too few; {renew}");
}

fn found_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(found_below(&path)) } else { assert!(found.insert(path)) }
    }
    found
}

#[test]
fn every_kpi_stands_on_the_board_of_its_topic() {
    let library = Library::open(None).unwrap();
    for (path, board) in boards().iter().filter(|(path, _)| path.starts_with("boards/en")) {
        let id = path.file_stem().unwrap().to_str().unwrap();
        let text = statements(board).join("\n");
        for query in library.kpis.iter().filter(|query| tidemark_sql::boards::of_topic(&query.kpi.topic) == id) {
            let wanted = format!("kpi = '{}'", query.kpi.id);
            assert!(text.contains(&wanted), "{} is not on {id}", query.kpi.id);
        }
    }
}

#[test]
fn a_kpi_of_ones_own_is_on_a_board_the_overview_and_among_the_forwarders() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own_pages.sql"), OWN).unwrap();
    let boards = made(&Library::open(Some(folder.path())).unwrap());
    for (language, title) in [("en", "Pages received"), ("zh-hant", "收到頁數"), ("zh-hans", "收到页数")] {
        let of = |id: &str| {
            let path = PathBuf::from(format!("boards/{language}/{id}.json"));
            &boards.iter().find(|(found, _)| *found == path).unwrap_or_else(|| panic!("no {}", path.display())).1
        };
        for id in ["own", "forwarders"] {
            let panel = panels(of(id)).find(|panel| panel["title"] == title);
            let description = panel.unwrap_or_else(|| panic!("{title} is not on {id}"))["description"].to_string();
            assert!(description.contains("sum(pages)") && description.contains("scm"), "{description}");
        }
        assert!(statements(of("overview")).iter().any(|text| text.contains("'own_pages'")));
    }
}

#[test]
fn every_panel_says_what_it_is() {
    for (path, board) in boards() {
        for panel in panels(&board) {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let at = format!("{} {}", path.display(), panel["title"]);
            assert!(!text(&panel["title"]).is_empty(), "{at}");
            let description = text(&panel["description"]);
            assert!(description.contains('`') && description.split("\n\n").count() >= 3, "{at}: {description}");
            assert!(!text(&panel["fieldConfig"]["defaults"]["unit"]).is_empty(), "{at} has no unit");
            assert!(!text(&panel["fieldConfig"]["defaults"]["noValue"]).is_empty(), "{at}");
            assert!(!panel["targets"].as_array().unwrap().is_empty(), "{at} asks nothing");
        }
    }
}

#[test]
fn ids_and_uids_are_unique_and_short_enough() {
    let mut uids = HashSet::new();
    for (path, board) in boards() {
        let uid = board["uid"].as_str().unwrap();
        assert!(uid.len() <= 40 && uids.insert(uid.to_owned()), "{uid}");
        let mut ids = HashSet::new();
        for panel in board["panels"].as_array().unwrap() {
            assert!(ids.insert(panel["id"].as_u64().unwrap()), "{} has an id twice", path.display());
        }
    }
}

#[test]
fn panels_fill_the_grid_and_do_not_overlap() {
    for (path, board) in boards() {
        let mut taken = HashSet::new();
        for panel in board["panels"].as_array().unwrap() {
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap());
            assert!(w > 0 && h > 0 && x + w <= 24, "{} {}", path.display(), panel["title"]);
            for place in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
                assert!(taken.insert(place), "{} {} overlaps", path.display(), panel["title"]);
            }
        }
        let bottom = taken.iter().map(|(_, y)| y + 1).max().unwrap();
        assert_eq!(taken.len() as u64, 24 * bottom, "{} has a gap", path.display());
    }
}

#[test]
fn no_board_names_a_relation_that_does_not_exist() {
    let library = Library::open(None).unwrap();
    let views = library.views.iter().map(|view| view.name.as_str());
    let known: HashSet<&str> = RELATIONS.into_iter().chain(views).chain(["${grain}"]).collect();
    for (path, board) in boards() {
        for text in statements(&board) {
            let words: Vec<&str> = text.split_whitespace().collect();
            for pair in words.windows(2).filter(|pair| pair[0] == "FROM" || pair[0] == "JOIN") {
                let name = pair[1].trim_end_matches(')');
                let is_nested = name.starts_with('(');
                assert!(is_nested || known.contains(name), "{}: {name} in {text}", path.display());
            }
        }
    }
}

#[test]
fn every_variable_of_a_board_changes_what_is_asked() {
    for (path, board) in boards() {
        let targets = panels(&board).flat_map(|panel| panel["targets"].as_array().unwrap());
        let marks = board["annotations"]["list"].as_array().unwrap().iter().map(|mark| &mark["target"]);
        let texts = targets.chain(marks).flat_map(|target| [&target["rawSql"], &target["expr"]]);
        let asked: Vec<&str> = texts.filter_map(Value::as_str).collect();
        for variable in board["templating"]["list"].as_array().unwrap() {
            let name = variable["name"].as_str().unwrap();
            let forms = [format!("${name}"), format!("${{{name}}}")];
            let is_asked_by = asked.iter().any(|text| forms.iter().any(|form| text.contains(form)));
            assert!(is_asked_by, "{}: {name} changes nothing", path.display());
        }
    }
}

#[test]
fn what_a_link_leads_to_exists() {
    let boards = boards();
    let uids: HashSet<&str> = boards.iter().filter_map(|(_, board)| board["uid"].as_str()).collect();
    for (path, board) in &boards {
        let text = board.to_string();
        for part in text.split("\"/d/").skip(1) {
            let uid = part.split('?').next().unwrap();
            assert!(uids.contains(uid), "{} leads to {uid}", path.display());
        }
    }
}

#[test]
fn the_three_languages_ask_the_same() {
    let boards = boards();
    let plain = |text: String| {
        ["title_zh_hant", "title_zh_hans", "title"].iter().fold(text, |text, name| text.replace(name, "T"))
    };
    let of = |language: &str| {
        let ours = boards.iter().filter(|(path, _)| path.starts_with(format!("boards/{language}")));
        let texts = ours.flat_map(|(_, board)| {
            let targets = panels(board).flat_map(|panel| panel["targets"].as_array().unwrap());
            targets.filter_map(|target| target["rawSql"].as_str()).map(str::to_owned).collect::<Vec<_>>()
        });
        texts.map(plain).collect::<Vec<_>>()
    };
    assert!(of("en").len() > 100);
    assert_eq!(of("en"), of("zh-hant"));
    assert_eq!(of("en"), of("zh-hans"));
}
