//! What is foretold now: courses beyond today, the next seven days, how the methods did on the past, and capacity.

use super::super::OF_CITY_OR_ALL;
use crate::language::Words;
use crate::panel::{About, KPI_TITLE, Panel, Shape};

/// From this many pieces of advice on, someone should look.
const ANY: f64 = 1.0;

/// How old the forecasts are, and how much advice asks for something.
pub(super) fn figures(data_as_of: Panel) -> Vec<Panel> {
    vec![data_as_of, made_at(), advice("warn", WATCH).worse_from(ANY, None), advice("act", ACT).worse_from(ANY, None)]
}

const WATCH: [Words; 2] = [
    ["Capacity to watch", "需留意的容量", "需留意的容量"],
    [
        "Resources and budgets that may not suffice within the horizon, by the newest advice.",
        "依最新建議，預測期內可能不足的資源與預算。",
        "依最新建议，预测期内可能不足的资源与预算。",
    ],
];
const ACT: [Words; 2] = [
    ["Capacity to act on", "需處理的容量", "需处理的容量"],
    [
        "Resources and budgets that will likely not suffice, by the newest advice.",
        "依最新建議，很可能不足的資源與預算。",
        "依最新建议，很可能不足的资源与预算。",
    ],
];

fn advice(status: &str, [title, meaning]: [Words; 2]) -> Panel {
    let about = About { title, meaning, formula: "count(*) of capacity by status", owner: "sre" };
    let sql = format!("SELECT count(*) AS \"value\"\nFROM capacity\nWHERE status = '{status}' AND {OF_CITY_OR_ALL}");
    Panel::count(about, sql)
}

fn made_at() -> Panel {
    let about = About {
        title: ["Forecasts made", "預測產生時間", "预测生成时间"],
        meaning: [
            "When the newest forecasts were made: anew whenever a day is over in every city.",
            "最新預測的產生時間：各城市當日結束後重新產生。",
            "最新预测的生成时间：各城市当日结束后重新生成。",
        ],
        formula: "max(made_at) of latest_forecasts",
        owner: "sre",
    };
    let sql = r#"SELECT 1000 * date_part('epoch', max(made_at)) AS "value" FROM latest_forecasts"#;
    Panel::sql(Shape::Figure, "dateTimeAsIso", about, sql)
}

/// What adds up over cities, before and after today.
pub(super) fn courses() -> Vec<Panel> {
    vec![
        course(
            "invoices_received",
            "short",
            ["Invoices received, and to come", "收到發票：過去與預測", "收到发票：过去与预测"],
        ),
        course(
            "invoices_settled",
            "short",
            ["Invoices settled, and to come", "完結發票：過去與預測", "完结发票：过去与预测"],
        ),
        course("ai_cost_hkd", "currency:HK$ ", ["AI cost, and to come", "AI 成本：過去與預測", "AI 成本：过去与预测"]),
        course("sessions_requested", "short", ["Sessions, and to come", "連線：過去與預測", "连接：过去与预测"]),
    ]
}

/// What is foretold of the chosen cities: where these are all, of all together, which has bounds of its own. Bounds of
/// some are added up: all at their bound at once is rarer than one, so that the sum's band is too wide, not too narrow.
const OF_CHOSEN: &str = "FROM latest_forecasts f
CROSS JOIN (
  SELECT count(*) FILTER (WHERE city NOT IN ($city)) AS others
  FROM latest_forecasts
  WHERE grain = 'day' AND step = 1
) o";
const IS_CHOSEN: &str = "f.grain = 'day' AND f.forwarder IS NULL \
     AND CASE WHEN o.others = 0 THEN f.city IS NULL ELSE f.city IN ($city) END";

/// Days that are over as they were, and those to come with their bounds.
fn course(kpi: &str, unit: &'static str, title: Words) -> Panel {
    let about = About {
        title,
        meaning: [
            "Days that are over, and the newest forecast of those to come, added up over the chosen cities. 80 of 100 days lie within the band of one city or of all. The bounds of some cities are added up, so their band is wide rather than narrow. What has no city is not foretold and not shown.",
            "已結束日期的實際值，以及其後各日的最新預測，按所選城市加總。單一城市或全部城市 100 日中有 80 日落於區間內；僅選部分城市時上下限直接相加，故區間偏寬。無城市者不預測，亦不顯示。",
            "已结束日期的实际值，以及其后各日的最新预测，按所选城市加总。单一城市或全部城市 100 日中有 80 日落于区间内；仅选部分城市时上下限直接相加，故区间偏宽。无城市者不预测，亦不显示。",
        ],
        formula: "sum(value) of kpi_daily; sum(mean), sum(lower80), sum(upper80) of latest_forecasts, by day",
        owner: "scm",
    };
    let sql = format!(
        r#"SELECT coalesce(k.at, f.at) AS "time", k.actual AS "actual", f.mean AS "mean", f.lower80 AS "lower80", f.upper80 AS "upper80"
FROM (
  SELECT CAST(bucket AS TIMESTAMP) AS at, CAST(sum(value) AS DOUBLE) AS actual
  FROM kpi_daily
  WHERE kpi = '{kpi}' AND $__timeFilter(bucket) AND city IN ($city) AND bucket < local_day(now(), city)
  GROUP BY 1
) k
FULL JOIN (
  SELECT CAST(f.horizon_at AS TIMESTAMP) AS at, sum(f.mean) AS mean, sum(f.lower80) AS lower80, sum(f.upper80) AS upper80
  {OF_CHOSEN}
  WHERE f.series = '{kpi}' AND $__timeFilter(f.horizon_at) AND {IS_CHOSEN}
  GROUP BY 1
) f ON f.at = k.at
ORDER BY 1"#
    );
    Panel::sql(Shape::Lines, unit, about, sql)
}

/// The next days in figures.
pub(super) fn week() -> Panel {
    let about = About {
        title: ["The next seven days", "未來七日", "未来七日"],
        meaning: [
            "What is expected on each of the next seven days, added up over the chosen cities; so are the bounds, unless all cities are chosen. The time chosen above does not matter here.",
            "未來七日每日的預期值，按所選城市加總；除非選取全部城市，上下限亦相加。不受上方所選時段影響。",
            "未来七日每日的预期值，按所选城市加总；除非选取全部城市，上下限亦相加。不受上方所选时段影响。",
        ],
        formula: "sum(mean) of latest_forecasts where step <= 7, by day and series that adds up",
        owner: "scm",
    };
    let sql = format!(
        r#"SELECT CAST(f.horizon_at AS DATE) AS "day", k.{KPI_TITLE} AS "kpi_title", sum(f.mean) AS "mean",
  sum(f.lower80) AS "lower80", sum(f.upper80) AS "upper80"
{OF_CHOSEN}
JOIN foretold_series k ON k.series = f.series
WHERE f.step <= 7 AND k.additive AND {IS_CHOSEN}
GROUP BY 1, 2
ORDER BY 1, 2"#
    );
    Panel::table(about, sql)
}

/// How the methods that were chosen did on the past of their series.
pub(super) fn back_tests() -> Panel {
    let about = About {
        title: ["Back-tests of the forecasts in force", "現行預測的回測", "现行预测的回测"],
        meaning: [
            "How far the chosen methods were off on their series' own past, on average over cities and forwarders. Below 1 by last season's value: better than saying the same as a week (a day) ago. Largest error first.",
            "所選方法在各序列過往資料上的平均誤差（按城市與貨代平均）。相對季節基準低於 1：優於沿用上週（前一日）數值。誤差大者在前。",
            "所选方法在各序列过往数据上的平均误差（按城市与货代平均）。相对季节基准低于 1：优于沿用上周（前一日）数值。误差大者在前。",
        ],
        formula: "avg(mape_backtest), avg(mase_backtest) of latest_forecasts where step = 1, by series and grain",
        owner: "sre",
    };
    let sql = format!(
        r#"SELECT coalesce(k.{KPI_TITLE}, f.series) AS "kpi_title", f.grain AS "grain", count(*) AS "num_series",
  avg(f.mape_backtest) AS "mape", avg(f.mase_backtest) AS "mase"
FROM latest_forecasts f
LEFT JOIN foretold_series k ON k.series = f.series
WHERE f.step = 1 AND (f.city IS NULL OR f.city IN ($city))
GROUP BY 1, 2
ORDER BY 5 DESC, 1, 2"#
    );
    Panel::table(about, sql)
}

/// What will not suffice, the most urgent first.
pub(super) fn capacity() -> Panel {
    let about = About {
        title: ["Capacity and budgets", "容量與預算建議", "容量与预算建议"],
        meaning: [
            "What peaks, storage, calls and budgets will need by the newest forecasts, what there is, and why that is said. Red: will likely not suffice; orange: may not; green: enough.",
            "依最新預測，尖峰、儲存、呼叫量與預算的需求、現有量及理由。紅：很可能不足；橙：可能不足；綠：足夠。",
            "依最新预测，峰值、存储、调用量与预算的需求、现有量及理由。红：很可能不足；橙：可能不足；绿：充足。",
        ],
        formula: "capacity: the advice of the newest forecasts",
        owner: "sre",
    };
    let sql = format!(
        r#"SELECT status AS "status", resource AS "resource", coalesce(city, '-') AS "city", coalesce(category, '-') AS "category",
  figure AS "expected", available AS "available", unit AS "unit", probability AS "probability",
  at AS "capacity_reached", earliest AS "earliest", latest AS "latest", confidence AS "confidence", reason AS "reason"
FROM capacity
WHERE {OF_CITY_OR_ALL}
ORDER BY CASE status WHEN 'act' THEN 1 WHEN 'warn' THEN 2 ELSE 3 END, 2, 3, 4"#
    );
    Panel::table(about, sql)
}
