//! Reports as PDF, read back: what a person sees on paper is what the document says.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "pdf/reader.rs"]
mod reader;
#[path = "pdf/sample.rs"]
mod sample;

use std::collections::BTreeSet;

use tidemark_model::report::Language;
use tidemark_reports::document::{Document, Role, Status};
use tidemark_reports::pdf;

fn pages(document: &Document) -> Vec<reader::Seen> {
    reader::pages(&pdf::write(document).unwrap().bytes)
}

fn printed(document: &Document) -> String {
    text_of(&pages(document))
}

fn text_of(pages: &[reader::Seen]) -> String {
    pages.iter().map(reader::Seen::text).collect()
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = sample::document(Language::TraditionalChinese, &sample::CITIES);
    let first = pdf::write(&document).unwrap();
    assert_eq!(pdf::write(&document.clone()).unwrap(), first);
    let other = Document { id: "another".to_owned(), ..document };
    assert_ne!(pdf::write(&other).unwrap(), first);
}

#[test]
fn it_says_that_it_is_to_be_kept_and_read_by_all_and_when_it_was_made() {
    let bytes = pdf::write(&sample::document(Language::SimplifiedChinese, &sample::CITIES)).unwrap().bytes;
    let file = String::from_utf8_lossy(&bytes);
    for part in ["<pdfaid:part>2", "<pdfaid:conformance>A", "<pdfuaid:part>1", "2026-04-01T00:00:00", "(zh-CN)"] {
        assert!(file.contains(part), "{part}");
    }
}

#[test]
fn every_language_is_set_in_its_own_words() {
    let expected = [
        (Language::English, ["Page 1 of ", "FINAL", "Data as of", "Cost allocation", "✓ Passed", "× Failed"]),
        (Language::TraditionalChinese, ["第 1 頁，共 ", "定稿", "資料截至", "成本分攤", "✓ 通過", "× 未通過"]),
        (Language::SimplifiedChinese, ["第 1 页，共 ", "定稿", "数据截至", "成本分摊", "✓ 通过", "× 未通过"]),
    ];
    for (language, parts) in expected {
        let text = printed(&sample::document(language, &sample::CITIES));
        for part in parts {
            assert!(text.contains(part), "{language}: {part}");
        }
    }
}

#[test]
fn figures_are_grouped_exact_and_summed() {
    let text = printed(&sample::document(Language::English, &sample::CITIES));
    // 7,500,111.11 - 1,234.99 = 7,498,876.12; once in the table, and the parts once more in the chart.
    for (figure, times) in [("7,500,111.11", 2), ("−1,234.99", 2), ("7,498,876.12", 1), ("15,000", 2)] {
        assert_eq!(count(&text, figure), times, "{figure}");
    }
    for shown in ["Total", "0012", "1.5", "30.00%", "2026-03-01", "2026-04-01 00:00:00 UTC", "999.00 HKD"] {
        assert!(text.contains(shown), "{shown}");
    }
}

#[test]
fn digits_stand_below_digits() {
    let page = pages(&sample::document(Language::English, &["A", "B", "C", "D"])).remove(0);
    // Where the last digits of each such amount stand, in hundredths of a point.
    let places = |end: &str| -> BTreeSet<Vec<i64>> {
        let runs = page.glyphs.windows(end.chars().count()).filter(|run| reader::text(run) == end);
        let places = runs.map(|run| run.iter().map(|glyph| (glyph.x * 100.0).round() as i64).collect());
        places.collect()
    };
    let (narrow, wide) = (places("0,111.11"), places("1,234.99"));
    assert_eq!(narrow.len(), 2, "one column in the table, one in the chart: {narrow:?}");
    assert_eq!(narrow, wide);
}

#[test]
fn a_draft_says_so_on_every_page() {
    let document = Document { status: Status::Draft, ..sample::document(Language::English, &sample::CITIES) };
    let texts: Vec<String> = pages(&document).iter().map(reader::Seen::text).collect();
    assert!(texts.len() > 1);
    assert!(texts.iter().all(|text| text.contains("DRAFT") && !text.contains("FINAL")));
}

#[test]
fn no_value_is_read_as_markup() {
    let hostile =
        ["#panic()", "$x$ *b* @l", "= h\\ #read(\"/report.json\")", "<script> // `raw` _e_", "https://example.org"];
    let mut document = sample::document(Language::English, &hostile);
    document.title = "#pagebreak() [t]".to_owned();
    document.entity = "*e* $y$".to_owned();
    document.facts[0].value = "#sys.inputs".to_owned();
    let text = printed(&document);
    for part in hostile.into_iter().chain(["#pagebreak() [t]", "*e* $y$", "#sys.inputs"]) {
        assert!(text.contains(part), "{part}");
    }
    let bytes = pdf::write(&document).unwrap().bytes;
    assert!(!String::from_utf8_lossy(&bytes).contains("/URI"), "a text became a link");
}

#[test]
fn what_the_fonts_lack_is_shown_as_its_code_point_and_told() {
    let cities = ["\u{20bb7}野", "ab\u{202e}cd\u{0}\n", "🚢"];
    let pdf = pdf::write(&sample::document(Language::TraditionalChinese, &cities)).unwrap();
    assert_eq!(pdf.replaced, ['\0', '\n', '\u{202e}', '🚢', '\u{20bb7}']);
    let text = text_of(&reader::pages(&pdf.bytes));
    for part in ["[U+20BB7]野", "ab[U+202E]cd[U+0000][U+000A]", "[U+1F6A2]", "U+0000, U+000A, U+202E, U+1F6A2, U+20BB7"]
    {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn the_fonts_have_what_people_write() {
    let texts = [
        "深水埗 葵涌 鰂魚涌 赤鱲角",
        "臺北市信義區 高雄 鹽埕",
        "广州 深圳 东莞 兖州 濮阳 亳州",
        "Zürich Đà Nẵng São Paulo €£¥₩₫ ①「」《》，。；：？！（）",
    ];
    let document = sample::document(Language::TraditionalChinese, &texts);
    let pdf = pdf::write(&document).unwrap();
    assert!(pdf.replaced.is_empty(), "{:?}", pdf.replaced);
    let text = text_of(&reader::pages(&pdf.bytes));
    for part in texts {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn every_character_is_printed_or_told() {
    let wanted: Vec<char> = ('!'..='~').chain('¡'..='ſ').chain('\u{4e00}'..='\u{9fff}').collect();
    let lines: Vec<String> = wanted.chunks(32).map(|chunk| chunk.iter().collect()).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut document = sample::document(Language::English, &sample::CITIES);
    document.sections = vec![sample::section("characters", Role::Main, &lines, lines.len())];
    let pdf = pdf::write(&document).unwrap();
    let told: BTreeSet<char> = pdf.replaced.iter().copied().collect();
    let printed: BTreeSet<char> = text_of(&reader::pages(&pdf.bytes)).chars().collect();
    let lost: Vec<&char> = wanted.iter().filter(|c| !told.contains(c) && !printed.contains(c)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    // Of the 20,992 ideographs Big5's first level and GB 2312 have 8,836, as Python's codecs count them.
    let num_told = told.range('\u{4e00}'..='\u{9fff}').count();
    assert!(num_told <= 20_992 - 8_836, "{num_told}");
}

#[test]
fn of_details_the_first_are_printed_and_the_others_counted() {
    let text = printed(&sample::document(Language::English, &["Aa", "Bb"]));
    assert!(text.contains("The first 100 of 1,204 rows."));
    // 50 of 100 rows, and once each in the table and in the chart.
    assert_eq!(count(&text, "Aa"), 52);
}

#[test]
fn an_empty_section_and_an_empty_report_can_be_printed() {
    let mut document = sample::document(Language::English, &sample::CITIES);
    document.sections = vec![sample::section("nothing", Role::Main, &[], 0)];
    assert!(printed(&document).contains("Nothing in this period."));
    document.sections.clear();
    document.checks.clear();
    document.facts.clear();
    assert!(printed(&document).contains("Cost allocation"));
}

#[test]
fn long_words_stay_on_the_paper() {
    let word = "0123456789abcdef".repeat(16);
    let document = sample::document(Language::English, &[&word]);
    let pages = pages(&document);
    for page in &pages {
        let rightmost = page.glyphs.iter().map(|glyph| glyph.x).fold(0.0, f64::max);
        // The margin is 16 mm.
        assert!(rightmost < page.width - 45.0, "{rightmost} of {}", page.width);
    }
    assert!(text_of(&pages).contains(&word));
}
