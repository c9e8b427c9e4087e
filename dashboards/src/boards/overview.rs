//! The executive overview: are we on target, where not, and where does one look next?

use tidemark_model::kpi::Unit;
use tidemark_sql::{KpiQuery, Library};

use super::{COURSES, NOW, USUAL, data_as_of, of_topic};
use crate::kpi::{self, OF_CITY, of_group};
use crate::language::{Language, Words, compose};
use crate::panel::{About, Board, KPI_TITLE, Panel, Query, Section, Shape};

/// The figures on top, in this order. One that the catalogue lacks is left out.
const HEADLINES: [&str; 11] = [
    "invoices_settled",
    "automation_rate",
    "ai_accuracy",
    "success_rate",
    "manual_intervention_rate",
    "ai_cost_hkd",
    "ai_cost_per_invoice_hkd",
    "sessions_requested",
    "session_failure_rate",
    "nps",
    "adoption",
];
/// Those of them whose course matters most.
const COURSES_SHOWN: [&str; 6] = [
    "automation_rate",
    "ai_accuracy",
    "error_rate",
    "ai_cost_per_invoice_hkd",
    "session_failure_rate",
    "straight_through_p95_ms",
];
const BY_CITY: Words = ["Cities", "城市比較", "城市比较"];
const SCORES: Words = ["All KPIs that add up over cities and days", "所有可加總指標", "所有可汇总指标"];

pub(super) fn board(library: &Library) -> Board {
    let headlines = HEADLINES
        .iter()
        .filter_map(|id| find(library, id))
        .filter_map(|query| Some(Panel { more: Some(of_topic(&query.kpi.topic)), ..kpi::figure(query)? }));
    let courses = COURSES_SHOWN.iter().filter_map(|id| find(library, id)).map(kpi::course).collect();
    let cities = ["invoices_settled", "automation_rate", "ai_cost_per_invoice_hkd"];
    let cities = cities.iter().filter_map(|id| find(library, id)).map(by_city).collect();
    Board {
        id: "overview",
        title: ["Tidemark: executive overview", "Tidemark：管理總覽", "Tidemark：管理总览"],
        question: [
            "Are we on target, and where should someone look?",
            "是否達標？哪裡需要關注？",
            "是否达标？哪里需要关注？",
        ],
        variables: USUAL,
        from: "now-30d",
        to: "now",
        refresh: "5m",
        sections: vec![
            Section {
                title: NOW,
                per_line: 6,
                height: 3,
                panels: [data_as_of()].into_iter().chain(headlines).collect(),
            },
            Section { title: COURSES, per_line: 3, height: 8, panels: courses },
            Section { title: BY_CITY, per_line: 3, height: 9, panels: cities },
            Section { title: SCORES, per_line: 2, height: 14, panels: vec![scores(library), to_look_at(library)] },
        ],
    }
}

fn find<'a>(library: &'a Library, id: &str) -> Option<&'a KpiQuery> {
    library.kpis.iter().find(|query| query.kpi.id == id)
}

/// The cities by a KPI that adds up, largest first.
fn by_city(query: &KpiQuery) -> Panel {
    let (id, value) = (&query.kpi.id, of_group(query));
    let sql = format!(
        "SELECT coalesce(city, '-') AS \"city\", {value} AS \"value\"\nFROM kpi_daily\n\
         WHERE kpi = '{id}' AND $__timeFilter(bucket) AND {OF_CITY}\nGROUP BY 1\nHAVING {value} IS NOT NULL\nORDER BY 2 DESC, 1"
    );
    let mut panel = kpi::course(query);
    panel.title = compose(|language| {
        let by = language.of(&["by city", "按城市", "按城市"]);
        let gap = if language == Language::English { ", " } else { "，" };
        format!("{}{gap}{by}", language.of(&query.kpi.titles))
    });
    Panel { shape: Shape::Ranking, query: Query::Sql(sql), ..panel }
}

/// Each KPI that adds up, over the chosen time and cities, against its strictest target.
fn scores(library: &Library) -> Panel {
    let about = About {
        title: ["KPIs against targets", "指標與目標", "指标与目标"],
        meaning: [
            "Each KPI over the chosen time and cities. Its status compares the value with its thresholds or, without one to warn, with the strictest target of these cities. KPIs that do not add up (percentiles, distinct users) are on the boards of their topics.",
            "所選時段與城市的各項指標。狀態由門檻判定；無警戒門檻時，與這些城市中最嚴格的目標比較。不可加總的指標（百分位數、不重複用戶）見各主題看板。",
            "所选时段与城市的各项指标。状态由门槛判定；无警戒门槛时，与这些城市中最严格的目标比较。不可汇总的指标（百分位数、去重用户）见各主题看板。",
        ],
        formula: "sum(numerator) / sum(denominator) of kpi_daily; a plain count: sum(numerator)",
        owner: "scm",
    };
    let additive = || library.kpis.iter().filter(|query| query.kpi.additive);
    let [all, plain] = [ids(additive()), ids(additive().filter(|query| kpi::is_plain(query)))];
    Panel::table(about, score_sql(&all, &plain))
}

fn ids<'a>(kpis: impl Iterator<Item = &'a KpiQuery>) -> String {
    kpis.map(|query| format!("'{}'", query.kpi.id)).collect::<Vec<_>>().join(", ")
}

/// The KPIs are named, so that cells of others are not asked for.
fn score_sql(all: &str, plain: &str) -> String {
    let (value, target) = (shown("value"), shown("target"));
    format!(
        r#"SELECT topic AS "topic", {KPI_TITLE} AS "kpi_title", {value} AS "shown_value", {target} AS "shown_target",
  CASE
    WHEN value IS NULL OR coalesce(act, warn, target) IS NULL THEN NULL
    WHEN direction = 'up' AND value < act OR direction = 'down' AND value > act THEN 'act'
    WHEN direction = 'up' AND value < coalesce(warn, target) OR direction = 'down' AND value > coalesce(warn, target) THEN 'warn'
    ELSE 'ok'
  END AS "status",
  owner AS "owner"
FROM (
  SELECT k.topic, k.{KPI_TITLE}, k.owner, k.unit, k.direction, k.warn, k.act,
    CASE WHEN k.kpi IN ({plain}) THEN sum(d.numerator) ELSE sum(d.numerator) / nullif(sum(d.denominator), 0) END AS value,
    CASE k.direction WHEN 'down' THEN min(d.target) ELSE max(d.target) END AS target
  FROM kpi_daily d
  JOIN kpis k ON k.kpi = d.kpi
  WHERE d.kpi IN ({all}) AND $__timeFilter(d.bucket) AND {OF_CITY}
  GROUP BY k.kpi, k.topic, k.{KPI_TITLE}, k.owner, k.unit, k.direction, k.warn, k.act
) s
ORDER BY 1, 2"#
    )
}

/// A figure as people write it, by its unit.
fn shown(column: &str) -> String {
    let arms = Unit::ALL.map(|unit| {
        let rounded =
            |factor: &str, digits: u32| format!("CAST(CAST({column}{factor} AS DECIMAL(38, {digits})) AS VARCHAR)");
        let text = match unit {
            Unit::Count | Unit::Points => rounded("", 0),
            Unit::Ratio => format!("{} || ' %'", rounded(" * 100", 1)),
            Unit::Millis => format!("{} || ' s'", rounded(" / 1000", 1)),
            Unit::Hkd => format!("'HK$ ' || {}", rounded("", 2)),
        };
        format!(" WHEN '{}' THEN {text}", unit.name())
    });
    format!("CASE unit{} END", arms.concat())
}

/// What misses its target or threshold in the newest month that has data, by city.
fn to_look_at(library: &Library) -> Panel {
    let about = About {
        title: ["To look at: newest month, by city", "需關注：最近一月，按城市", "需关注：最近一月，按城市"],
        meaning: [
            "KPIs that are beyond a threshold or short of their target in a city's newest month; shares of fewer than 20 are left out.",
            "各城市最近一月超出門檻或未達目標的指標；母數少於 20 者不列。",
            "各城市最近一月超出门槛或未达目标的指标；分母少于 20 者不列。",
        ],
        formula: "kpi_monthly of the newest month where status is warn or act; of shares, denominator at least 20",
        owner: "scm",
    };
    let (value, target) = (shown("m.value"), shown("m.target"));
    let plain = ids(library.kpis.iter().filter(|query| kpi::is_plain(query)));
    let sql = format!(
        r#"SELECT m.city AS "city", k.{KPI_TITLE} AS "kpi_title", {value} AS "shown_value", {target} AS "shown_target",
  m.status AS "status", k.owner AS "owner"
FROM kpi_monthly m
JOIN kpis k ON k.kpi = m.kpi
WHERE m.bucket = (
    SELECT max(bucket) FROM kpi_monthly
    WHERE kpi = 'invoices_settled' AND bucket <= CAST($__timeTo() AS TIMESTAMP)
  )
  AND m.status <> 'ok' AND (m.kpi IN ({plain}) OR m.denominator >= 20) AND {OF_CITY}
ORDER BY 5, 1, 2"#
    );
    Panel::table(about, sql)
}
