//! How good past forecasts were, now that what they foretold is over.

use crate::language::Words;
use crate::panel::{About, KPI_TITLE, Panel, Shape};

/// From this error on a forecast says little, and from this one on nothing to plan by: shares of the truth.
const ERROR_WARN: f64 = 0.3;
const ERROR_ACT: f64 = 0.5;

/// Up to this error the daily volume is foretold as it should be: the domain's goal.
const GOAL: f64 = 0.15;

const OF_PAST: &str = "$__timeFilter(day) AND grain = 'day' AND forwarder IS NULL AND city IN ($city)";

pub(super) fn figures() -> Vec<Panel> {
    vec![volume(), error(), covered(80), covered(95)]
}

pub(super) fn panels() -> Vec<Panel> {
    vec![by_step(), covered_by_day(), by_series()]
}

fn volume() -> Panel {
    let about = About {
        title: ["Error of the total volume", "總量預測誤差", "总量预测误差"],
        meaning: [
            "How far off forecasts of the invoices that all cities together receive on a day were, on average, by what came. The goal is less than 15 %. The chosen cities do not matter here.",
            "所有城市每日收到發票總數的預測與實際的平均偏差比例，目標為低於 15 %。與所選城市無關。",
            "所有城市每日收到发票总数的预测与实际的平均偏差比例，目标为低于 15 %。与所选城市无关。",
        ],
        formula: "avg(ape) of forecast_scores where series = 'invoices_received', grain = 'day', city and forwarder are null",
        owner: "sre",
    };
    let sql = "SELECT avg(ape) AS \"value\"\nFROM forecast_scores\nWHERE $__timeFilter(day) AND series = 'invoices_received' \
               AND grain = 'day' AND city IS NULL AND forwarder IS NULL";
    share(about, sql.to_owned()).worse_from(GOAL, Some(ERROR_WARN))
}

fn error() -> Panel {
    let about = About {
        title: ["Error of past forecasts", "過往預測誤差", "过往预测误差"],
        meaning: [
            "How far off forecasts of the chosen cities' days were, on average, by what came.",
            "所選城市各日的預測與實際的平均偏差比例。",
            "所选城市各日的预测与实际的平均偏差比例。",
        ],
        formula: "avg(ape) of forecast_scores where grain = 'day' and city is chosen",
        owner: "sre",
    };
    let sql = format!("SELECT avg(ape) AS \"value\"\nFROM forecast_scores\nWHERE {OF_PAST}");
    share(about, sql).worse_from(ERROR_WARN, Some(ERROR_ACT))
}

fn covered(level: u32) -> Panel {
    let title: Words = match level {
        80 => ["Days within the band of 80 %", "落於 80 % 區間的日數", "落于 80 % 区间的天数"],
        _ => ["Days within the band of 95 %", "落於 95 % 區間的日數", "落于 95 % 区间的天数"],
    };
    let about = About {
        title,
        meaning: [
            "Share of foretold days on which what came lay within the bounds. It should be near the band's own figure: much less, and the bounds promise too much; much more, and they say too little.",
            "實際值落於預測區間的日數比例，應接近區間本身的百分比：遠低於此則區間過於樂觀，遠高於此則區間過寬。",
            "实际值落于预测区间的天数比例，应接近区间本身的百分比：远低于此则区间过于乐观，远高于此则区间过宽。",
        ],
        formula: "count(*) where covered80 (covered95), over count(*) of forecast_scores",
        owner: "sre",
    };
    let value = covered_share(level);
    share(about, format!("SELECT {value} AS \"value\"\nFROM forecast_scores\nWHERE {OF_PAST}"))
}

fn covered_share(level: u32) -> String {
    format!("CAST(count(*) FILTER (WHERE covered{level}) AS DOUBLE) / nullif(count(*), 0)")
}

fn share(about: About, sql: String) -> Panel {
    Panel { decimals: Some(1), ..Panel::sql(Shape::Figure, "percentunit", about, sql) }
}

fn by_step() -> Panel {
    let about = About {
        title: ["Error by days ahead", "誤差按預測天數", "误差按预测天数"],
        meaning: [
            "How far off forecasts of the chosen days were, by how many days ahead they were made.",
            "所選日期的預測誤差，按提前天數。",
            "所选日期的预测误差，按提前天数。",
        ],
        formula: "avg(ape) of forecast_scores, by step",
        owner: "sre",
    };
    let sql = format!(
        r#"SELECT lpad(CAST(step AS VARCHAR), 2, '0') AS "ahead", avg(ape) AS "mape"
FROM forecast_scores
WHERE {OF_PAST}
GROUP BY 1
ORDER BY 1"#
    );
    Panel::sql(Shape::Columns, "percentunit", about, sql)
}

fn covered_by_day() -> Panel {
    let about = About {
        title: ["Days within their bands", "區間涵蓋率走勢", "区间覆盖率走势"],
        meaning: [
            "Share of the forecasts of each day within whose bounds of 80 and 95 % that day came to lie.",
            "每日實際值落於 80 % 與 95 % 預測區間的比例。",
            "每日实际值落于 80 % 与 95 % 预测区间的比例。",
        ],
        formula: "count(*) where covered80 (covered95), over count(*) of forecast_scores, by day",
        owner: "sre",
    };
    let [narrow, wide] = [80, 95].map(covered_share);
    let sql = format!(
        r#"SELECT day AS "time", {narrow} AS "covered80", {wide} AS "covered95"
FROM forecast_scores
WHERE {OF_PAST}
GROUP BY 1
ORDER BY 1"#
    );
    Panel::sql(Shape::Lines, "percentunit", about, sql)
}

fn by_series() -> Panel {
    let about = About {
        title: ["Past forecasts by series", "各序列過往預測", "各序列过往预测"],
        meaning: [
            "How far off forecasts were and how often their bounds held, by series, step, and what they are of: the chosen cities, all cities together, forwarders. Steps to which nothing came have no error, but count within the bounds. Largest error first.",
            "各序列的預測誤差與區間涵蓋率，按時間粒度與範圍（所選城市、所有城市合計、貨代）列出。無實際量的時段不計誤差，但計入涵蓋率。誤差大者在前。",
            "各序列的预测误差与区间覆盖率，按时间粒度与范围（所选城市、所有城市合计、货代）列出。无实际量的时段不计误差，但计入覆盖率。误差大者在前。",
        ],
        formula: "count(*), avg(ape), shares covered of forecast_scores, by series, grain, and whether there is a city or forwarder",
        owner: "sre",
    };
    let [narrow, wide] = [80, 95].map(covered_share);
    let sql = format!(
        r#"SELECT coalesce(k.{KPI_TITLE}, s.series) AS "kpi_title", s.grain AS "grain",
  CASE WHEN s.forwarder IS NOT NULL THEN 'forwarder' WHEN s.city IS NULL THEN 'all' ELSE 'city' END AS "whose",
  count(*) AS "steps", avg(s.ape) AS "mape", {narrow} AS "covered80", {wide} AS "covered95"
FROM forecast_scores s
LEFT JOIN foretold_series k ON k.series = s.series
WHERE $__timeFilter(s.day) AND (s.city IS NULL OR s.city IN ($city))
GROUP BY 1, 2, 3
ORDER BY 5 DESC NULLS LAST, 1, 2, 3"#
    );
    Panel::table(about, sql)
}
