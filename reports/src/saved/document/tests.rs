//! Answers become documents and files.

use std::collections::BTreeSet;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};

use super::*;
use crate::document::Kind;
use crate::saved::catalogue::Catalogue;
use crate::saved::definition::{Format, from_json, from_toml};
use crate::saved::examples::{FAILURES, LETTERS, catalogue};
use crate::saved::files::message;
use crate::saved::run::RunId;
use crate::value::{Cell, Number};

fn due_at() -> DateTime<Utc> {
    "2026-04-05T00:30:00Z".parse().unwrap()
}

fn report(definition: &Definition, catalogue: &Catalogue, scope: &Scope, rows: Vec<RecordBatch>) -> Report {
    let relation = catalogue.find(&definition.source).unwrap();
    Answer { definition, relation, scope, due_at: due_at(), as_of: DateTime::UNIX_EPOCH, rows }.report().unwrap()
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

/// Days since 1970 of 1, 2 and 5 March 2026, from Python: `(date(2026, 3, 1) - date(1970, 1, 1)).days`.
const DAYS: [i32; 3] = [20_513, 20_514, 20_517];

fn failures() -> Report {
    let rows = batch(vec![
        ("day", Arc::new(Date32Array::from(DAYS.to_vec()))),
        ("settled", Arc::new(Int64Array::from(vec![100, 50, 10]))),
        ("failed", Arc::new(Int64Array::from(vec![Some(3), Some(0), None]))),
        ("failure_rate", Arc::new(Float64Array::from(vec![Some(0.03), Some(0.0), None]))),
    ]);
    report(&from_toml(FAILURES).unwrap(), &catalogue(), &Scope::Whole, vec![rows])
}

#[test]
fn a_report_says_what_it_is_and_of_when() {
    let Report { document, num_rows, is_cut, .. } = failures();
    assert_eq!(document.title, "Invoices that failed, by day");
    assert_eq!((document.entity.as_str(), document.period.as_str()), ("All cities", "2026-03-06 – 2026-04-04"));
    assert_eq!((num_rows, is_cut), (3, false));
    let kinds: Vec<&Kind> = document.sections[0].columns.iter().map(|column| &column.kind).collect();
    assert_eq!(kinds, [&Kind::Date, &Kind::Count, &Kind::Count, &Kind::Ratio]);
    let totals: Vec<Option<Number>> = (0..4).map(|place| document.sections[0].total(place)).collect();
    let number = |units| Some(Number { units, scale: 0 });
    assert_eq!(totals, [None, number(160), number(3), None]);
    let facts: Vec<(&str, &str)> = document.facts.iter().map(|fact| (fact.name, fact.value.as_str())).collect();
    assert_eq!(facts[..3], [("source", "invoice_lives"), ("owner", "ann"), ("zone", "Asia/Hong_Kong")]);
    assert_eq!(facts[3], ("due_at", "2026-04-05 08:30 +08:00"));
}

#[test]
fn a_chart_breaks_where_days_are_missing() {
    let chart = failures().chart.unwrap();
    assert_eq!(chart.title, "Invoices that failed, by day");
    let svg = crate::saved::chart::svg(&chart);
    // Two days in a row and then one alone, for settled; failed has no value on that one.
    assert_eq!((svg.matches("fill=\"none\"").count(), svg.matches("<circle").count()), (2, 1));
    assert!(svg.contains("settled: least 10 (2026-03-05), greatest 100 (2026-03-01), last 10."), "{svg}");
}

#[test]
fn another_answer_has_another_id_and_the_same_has_the_same() {
    assert_eq!(failures().document.id, failures().document.id);
    let mut definition = from_toml(FAILURES).unwrap();
    let empty = report(&definition, &catalogue(), &Scope::Whole, Vec::new());
    assert_ne!(empty.document.id, failures().document.id);
    definition.owner = "bob".to_owned();
    assert_ne!(report(&definition, &catalogue(), &Scope::Whole, Vec::new()).document.id, empty.document.id);
}

#[test]
fn more_rows_than_the_limit_are_cut_and_nothing_is_totalled() {
    let mut definition = from_toml(FAILURES).unwrap();
    definition.limit = 2;
    let rows = failures().document.sections[0].rows.clone();
    let Report { document, num_rows, is_cut, .. } = report(&definition, &catalogue(), &Scope::Whole, rows);
    assert_eq!((num_rows, is_cut), (2, true));
    assert_eq!(document.sections[0].note, "Only the first 2 rows are shown: there are more.");
    assert!(document.sections[0].columns.iter().all(|column| !column.is_summed));
}

#[test]
fn whose_cities_is_said() {
    let scope = Scope::Cities(BTreeSet::from(["HKG", "SYD"].map(str::to_owned)));
    let definition = from_toml(FAILURES).unwrap();
    assert_eq!(report(&definition, &catalogue(), &scope, Vec::new()).document.entity, "HKG, SYD");
}

/// Columns of all types that the engine answers, and what their cells become.
#[test]
fn cells_of_all_types_are_shown() {
    let names = ["flag", "small", "float", "amount", "at", "clock"];
    let types = ["boolean", "smallint", "double precision", "numeric", "timestamp with time zone", "timestamp"];
    let catalogue = Catalogue::of(names.iter().zip(types).map(|(name, of)| ("x", *name, of)));
    let columns: Vec<_> = names.iter().map(|name| serde_json::json!({"column": name})).collect();
    let json = serde_json::json!({
        "name": "x", "owner": "ann", "source": "x", "zone": "SYD", "title": {"en": "x"}, "columns": columns,
    });
    // 2026-04-04T15:30:00Z, the first 02:30 of the day in Sydney.
    let micros = 1_775_316_600_000_000;
    let rows = batch(vec![
        ("flag", Arc::new(BooleanArray::from(vec![true]))),
        ("small", Arc::new(arrow::array::Int16Array::from(vec![-7]))),
        ("float", Arc::new(Float64Array::from(vec![0.1]))),
        ("amount", Arc::new(Decimal128Array::from(vec![150]).with_precision_and_scale(10, 2).unwrap())),
        ("at", Arc::new(TimestampMicrosecondArray::from(vec![micros]).with_timezone("UTC"))),
        ("clock", Arc::new(TimestampMicrosecondArray::from(vec![micros]))),
    ]);
    let definition = from_json(json.to_string().as_bytes()).unwrap();
    let shown = |definition: &Definition| {
        let document = report(definition, &catalogue, &Scope::Whole, vec![rows.clone()]).document;
        let cells: Vec<String> =
            document.sections[0].cells().next().unwrap().iter().map(|cell| format!("{cell:?}")).collect();
        cells
    };
    let number = |units, scale| format!("{:?}", Cell::Number(Number { units, scale }));
    let text = |text| format!("{:?}", Cell::Text(text));
    let sydney = shown(&definition);
    assert_eq!(sydney[0], text("true"));
    assert_eq!(sydney[1], number(-7, 0));
    assert_eq!(sydney[2], number(100_000_000, 9));
    assert_eq!(sydney[3], number(150, 2));
    assert_eq!(sydney[4], text("2026-04-05 02:30:00+11:00"));
    assert_eq!(sydney[5], text("2026-04-04 15:30"));
    let utc = shown(&Definition { zone: "UTC".to_owned(), ..definition });
    assert_eq!(utc[4], format!("{:?}", Cell::Instant("2026-04-04T15:30:00Z".parse().unwrap())));
}

#[test]
fn a_float_that_no_decimal_holds_is_a_text_and_not_lost() {
    let catalogue = Catalogue::of([("x", "f", "double precision")]);
    let json = r#"{"name": "x", "owner": "ann", "source": "x", "title": {"en": "x"}, "columns": [{"column": "f"}]}"#;
    let rows = batch(vec![("f", Arc::new(Float64Array::from(vec![1e300, 0.5, f64::NAN])))]);
    let document = report(&from_json(json.as_bytes()).unwrap(), &catalogue, &Scope::Whole, vec![rows]).document;
    let section = &document.sections[0];
    assert_eq!(section.columns[0].kind, Kind::Text);
    let cells: Vec<String> = section.cells().map(|row| format!("{:?}", row[0])).collect();
    assert_eq!(cells, ["Text(\"1e300\")", "Text(\"0.5\")", "Text(\"NaN\")"]);
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let definition = from_toml(LETTERS).unwrap();
    let catalogue = catalogue();
    let relation = catalogue.find("dead_letters").unwrap();
    let rows = vec![batch(vec![("stage", Arc::new(StringArray::from(vec!["decode"])))])];
    let (scope, as_of) = (Scope::Whole, due_at());
    let answer = Answer { definition: &definition, relation, scope: &scope, due_at: due_at(), as_of, rows };
    assert!(answer.report().is_err());
}

#[test]
fn files_have_a_name_and_csv_has_its_titles_even_without_rows() {
    let report = failures();
    let csv = report.file(Format::Csv).unwrap();
    assert_eq!(csv.name, "daily-failures.csv");
    let text = String::from_utf8(csv.bytes).unwrap();
    assert_eq!(
        text,
        "day,settled,failed,failure_rate\r\n2026-03-01,100,3,0.03\r\n2026-03-02,50,0,0\r\n2026-03-05,10,,\r\n"
    );
    let empty = self::report(&from_toml(LETTERS).unwrap(), &catalogue(), &Scope::Whole, Vec::new());
    assert_eq!(empty.file(Format::Csv).unwrap().bytes, b"_ingested_at,stage,reason,detail\r\n");
    assert!(empty.file(Format::Png).is_err());
    for format in [Format::Xlsx, Format::ExcelCsv, Format::Png] {
        assert_eq!(report.file(format).unwrap().bytes, failures().file(format).unwrap().bytes, "{format:?}");
    }
}

#[test]
fn a_message_carries_its_files() {
    let (report, definition) = (failures(), from_toml(FAILURES).unwrap());
    let files = [report.file(Format::Csv).unwrap()];
    let run = RunId::due(&definition.name, due_at());
    let body = message(&definition, &report.outcome(), &run, due_at(), &files);
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["type"], "report.completed");
    assert_eq!(body["data"]["run"], "daily-failures/20260405T003000Z");
    let file = &body["data"]["files"][0];
    // From Python: hashlib.sha256(text).hexdigest() and base64.b64encode(text) of the CSV above.
    assert_eq!(file["sha256"], "38042a0377623f94f4d680385af1a36247dacc6fdf5f9313f363b428f9fcb074");
    assert_eq!(file["content_base64"].as_str().unwrap().get(..24), Some("ZGF5LHNldHRsZWQsZmFpbGVk"));
}
