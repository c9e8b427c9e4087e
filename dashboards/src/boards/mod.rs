//! The boards. Which KPIs stand on one is decided by their topic; panels beside them are designed by hand.

mod accuracy;
mod ai;
mod anomalies;
mod behaviour;
mod forecasts;
mod forwarders;
mod invoices;
mod overview;
mod own;
mod platform;
mod quality;
mod rules;
mod support;

use tidemark_sql::boards::of_topic;
use tidemark_sql::{KpiQuery, Library};

use crate::kpi;
use crate::language::Words;
use crate::panel::{About, Board, Panel, Section, Shape, Variable};

/// What most boards are asked by.
const USUAL: &[Variable] = &[Variable::City, Variable::Grain];
/// The same where a panel shows hours of day.
const WITH_HOURS: &[Variable] = &[Variable::City, Variable::Grain, Variable::TimeZone];
const FIGURES: Words = ["Over the chosen time", "所選時段", "所选时段"];
const COURSES: Words = ["Course", "走勢", "走势"];
const NOW: Words = ["Now", "目前", "当前"];
/// How cities are chosen for what may hold for all of them together, and then concerns each.
const OF_CITY_OR_ALL: &str = "(city IS NULL OR city IN ($city))";
const DETAIL: Words = ["Detail", "明細", "明细"];

/// All boards, the overview first.
pub(crate) fn all(library: &Library) -> Vec<Board> {
    let mut boards = vec![
        overview::board(library),
        invoices::board(library),
        forwarders::board(library),
        accuracy::board(library),
        rules::board(),
        support::board(library),
        behaviour::board(library),
        ai::board(library),
        forecasts::board(),
        anomalies::board(),
        platform::board(library),
        quality::board(library),
    ];
    boards.extend(own::board(library));
    boards
}

/// The KPIs of a board.
fn kpis<'a>(library: &'a Library, board: &str) -> Vec<&'a KpiQuery> {
    library.kpis.iter().filter(|query| of_topic(&query.kpi.topic) == board).collect()
}

/// What KPIs say over the chosen time and how they went.
fn kpi_sections(kpis: &[&KpiQuery]) -> [Section; 2] {
    let figures = kpis.iter().filter_map(|query| kpi::figure(query)).collect();
    let courses = kpis.iter().map(|query| kpi::course(query)).collect();
    [
        Section { title: FIGURES, per_line: 6, height: 3, panels: figures },
        Section { title: COURSES, per_line: 3, height: 8, panels: courses },
    ]
}

/// How far every stream's data reaches: the first figure of a board.
fn data_as_of() -> Panel {
    let about = About {
        title: ["Data as of", "資料截至", "数据截至"],
        meaning: [
            "Everything that happened until then is counted, unless it comes late: the newest event of the stream that is furthest behind.",
            "此時間之前發生的事件均已計入（遲到者除外）：進度最慢的資料流之最新事件。",
            "此时间之前发生的事件均已计入（迟到者除外）：进度最慢的数据流之最新事件。",
        ],
        formula: "min over streams of max(time)",
        owner: "sre",
    };
    Panel::sql(
        Shape::Figure,
        "dateTimeAsIso",
        about,
        r#"SELECT 1000 * date_part('epoch', min(newest)) AS "value"
FROM (
  SELECT max(time) AS newest FROM session_events
  UNION ALL SELECT max(time) FROM invoice_events
  UNION ALL SELECT max(time) FROM usage_events
)"#,
    )
}

/// A KPI's hours of day, by the clock of the chosen zone.
fn hours_of_day(kpi: &str, about: About, column: &str) -> Panel {
    let sql = format!(
        r#"SELECT lpad(CAST(CAST(date_part('hour', bucket AT TIME ZONE '$timezone') AS INT) AS VARCHAR), 2, '0') AS "hour",
  sum(numerator) AS "{column}"
FROM kpi_hourly
WHERE kpi = '{kpi}' AND $__timeFilter(bucket) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 1"#
    );
    Panel::sql(Shape::Columns, "short", about, sql)
}
