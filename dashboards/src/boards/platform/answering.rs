//! Answering: how long queries take and how they end, and whether KPI figures can be believed.

use super::metric;
use crate::panel::{Panel, Shape};

/// Source: the domain's service levels: a board refreshes within 3 s, a query's p95 is 50 ms.
const QUERY_WARN_S: f64 = 3.0;

pub(super) fn panels() -> Vec<Panel> {
    vec![latency(), outcomes(), audits(), kpi_readings()]
}

fn latency() -> Panel {
    metric(
        Shape::Lines,
        "s",
        ["Query latency", "查詢延遲", "查询延迟"],
        [
            "How long nineteen of twenty, and half, of the queries that succeeded took at most, by door.",
            "成功查詢中二十次之十九次及半數的最長耗時，按入口。",
            "成功查询中二十次之十九次及半数的最长耗时，按入口。",
        ],
        &[
            (
                "histogram_quantile(0.95, sum by (le, door) (rate(tidemark_query_seconds_bucket{outcome=\"ok\"}[$__rate_interval])))",
                "p95 {{door}}",
            ),
            (
                "histogram_quantile(0.5, sum by (le, door) (rate(tidemark_query_seconds_bucket{outcome=\"ok\"}[$__rate_interval])))",
                "p50 {{door}}",
            ),
        ],
    )
    .worse_from(QUERY_WARN_S, None)
}

fn outcomes() -> Panel {
    metric(
        Shape::Stack,
        "reqps",
        ["Queries by outcome", "查詢結果", "查询结果"],
        [
            "Queries each second: answered, refused (not allowed or not understood), failed, or canceled by the client.",
            "每秒查詢：已答覆、拒絕（不允許或無法理解）、失敗、由用戶端取消。",
            "每秒查询：已答复、拒绝（不允许或无法理解）、失败、由客户端取消。",
        ],
        &[("sum by (outcome) (rate(tidemark_query_seconds_count[$__rate_interval]))", "{{outcome}}")],
    )
}

fn audits() -> Panel {
    metric(
        Shape::Lines,
        "short",
        ["KPI audits", "指標稽核", "指标审核"],
        [
            "Kept KPI cells that were compared with what the views answer, and those that differed. Any difference is a fault of ours.",
            "與檢視比對的指標快取，及其中不符者。任何不符皆為本平台的錯誤。",
            "与视图比对的指标缓存，及其中不符者。任何不符皆为本平台的错误。",
        ],
        &[
            ("sum(increase(tidemark_kpi_audits_total[$__rate_interval]))", "audits"),
            ("sum(increase(tidemark_kpi_audit_mismatches_total[$__rate_interval]))", "mismatches"),
        ],
    )
}

fn kpi_readings() -> Panel {
    metric(
        Shape::Lines,
        "short",
        ["KPI gauges", "指標儀表", "指标仪表"],
        [
            "Readings of the KPI gauges that failed, and KPI series beyond the budget of series.",
            "指標讀取失敗次數，以及超出序列上限的指標序列。",
            "指标读取失败次数，以及超出序列上限的指标序列。",
        ],
        &[
            ("sum(increase(tidemark_kpi_reading_failures_total[$__rate_interval]))", "failures"),
            ("max(tidemark_kpi_series_dropped)", "dropped"),
        ],
    )
}
