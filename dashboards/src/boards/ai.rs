//! AI usage and cost: what is spent on what, how well the services answer, what experiments bring.

use tidemark_sql::Library;

use super::{DETAIL, NOW, USUAL, data_as_of, kpi_sections, kpis};
use crate::language::Words;
use crate::panel::{About, Board, Panel, Section, Shape};

/// The month's AI cost over all cities from which it is worth a look, and from which the pipeline degrades, in HKD.
/// Source: the domain's thresholds (the budget is 25,000).
const MONTH_WARN_HKD: f64 = 30_000.0;
const MONTH_ACT_HKD: f64 = 40_000.0;
const SERVICES: Words = ["Services and experiments", "服務與實驗", "服务与实验"];
const VERDICTS: Words = ["Whether variants do better", "方案是否更佳", "方案是否更佳"];

pub(super) fn board(library: &Library) -> Board {
    let [figures, courses] = kpi_sections(&kpis(library, "ai"));
    Board {
        id: "ai",
        title: ["Tidemark: AI usage and cost", "Tidemark：AI 用量與成本", "Tidemark：AI 用量与成本"],
        question: [
            "What do we spend on AI, on what, and do the services answer well?",
            "AI 花費多少、用在何處、服務是否良好？",
            "AI 花费多少、用在何处、服务是否良好？",
        ],
        variables: USUAL,
        from: "now-30d",
        to: "now",
        refresh: "5m",
        sections: vec![
            Section { title: NOW, per_line: 3, height: 3, panels: vec![data_as_of(), month_cost(), without_rate()] },
            figures,
            courses,
            Section { title: DETAIL, per_line: 2, height: 10, panels: vec![meters(), cities()] },
            Section { title: SERVICES, per_line: 2, height: 5, panels: vec![services(), variants()] },
            Section { title: VERDICTS, per_line: 1, height: 9, panels: vec![verdicts()] },
        ],
    }
}

fn month_cost() -> Panel {
    let about = About {
        title: [
            "AI cost of the newest month, all cities",
            "最近一月 AI 成本（所有城市）",
            "最近一月 AI 成本（所有城市）",
        ],
        meaning: [
            "Against the monthly budget of HK$ 25,000; cost without a city included, whatever cities are chosen.",
            "對照每月預算 HK$ 25,000；含未分配城市的成本，與所選城市無關。",
            "对照每月预算 HK$ 25,000；含未分配城市的成本，与所选城市无关。",
        ],
        formula: "sum(numerator) of kpi_monthly where kpi = 'ai_cost_hkd', newest bucket",
        owner: "finance",
    };
    let sql = r#"SELECT sum(numerator) AS "value"
FROM kpi_monthly
WHERE kpi = 'ai_cost_hkd'
  AND bucket = (SELECT max(bucket) FROM kpi_monthly WHERE kpi = 'ai_cost_hkd' AND bucket <= CAST($__timeTo() AS TIMESTAMP))"#;
    Panel::sql(Shape::Figure, "currency:HK$ ", about, sql).worse_from(MONTH_WARN_HKD, Some(MONTH_ACT_HKD))
}

fn without_rate() -> Panel {
    let about = About {
        title: ["Costs without an exchange rate", "無匯率的成本", "无汇率的成本"],
        meaning: [
            "Usage events with a cost in a currency that has no rate on their day: they are in no figure in HKD.",
            "成本幣別於當日無匯率的用量事件：未計入任何港元數字。",
            "成本币种于当日无汇率的用量事件：未计入任何港元数字。",
        ],
        formula: "count(*) of usage_costs where cost is not null and cost_hkd is null",
        owner: "finance",
    };
    let sql = r#"SELECT count(*) AS "value"
FROM usage_costs
WHERE cost IS NOT NULL AND cost_hkd IS NULL AND $__timeFilter(time) AND coalesce(city, '-') IN ($city)"#;
    Panel::count(about, sql).worse_from(1.0, None)
}

fn meters() -> Panel {
    let about = About {
        title: ["Usage and cost by meter", "各計量的用量與成本", "各计量的用量与成本"],
        meaning: [
            "What was used of each meter of each service and model, and what it cost. Storage is a gauge: its quantities do not add up and are left out.",
            "各服務與模型各計量的用量與成本。儲存量為瞬時值，不可加總，故不列。",
            "各服务与模型各计量的用量与成本。存储量为瞬时值，不可汇总，故不列。",
        ],
        formula: "sum(quantity), sum(cost_hkd) of usage_costs by meter, service, model",
        owner: "finance",
    };
    Panel::table(
        about,
        r#"SELECT meter AS "meter", coalesce(service, '-') AS "service", coalesce(model, '-') AS "model",
  sum(quantity) AS "quantity", sum(cost_hkd) AS "cost_hkd"
FROM usage_costs
WHERE meter <> 'storage.bytes' AND $__timeFilter(time) AND coalesce(city, '-') IN ($city)
GROUP BY 1, 2, 3
ORDER BY 5 DESC NULLS LAST, 1, 2, 3"#,
    )
}

fn cities() -> Panel {
    let about = About {
        title: ["AI cost by city and day", "各城市每日 AI 成本", "各城市每日 AI 成本"],
        meaning: [
            "Cost of document intelligence and language models; \"-\" is cost that no city caused.",
            "文件智能與語言模型的成本；「-」為不屬任何城市的成本。",
            "文档智能与语言模型的成本；“-”为不属任何城市的成本。",
        ],
        formula: "numerator of the KPI ai_cost_hkd, by city",
        owner: "finance",
    };
    Panel::sql(
        Shape::Stack,
        "currency:HK$ ",
        about,
        r#"SELECT bucket AS "time", coalesce(city, '-') AS metric, numerator AS value
FROM ${grain}
WHERE kpi = 'ai_cost_hkd' AND $__timeFilter(bucket) AND coalesce(city, '-') IN ($city)
ORDER BY 1, 2"#,
    )
}

fn services() -> Panel {
    let about = About {
        title: ["Calls to AI services", "AI 服務呼叫", "AI 服务调用"],
        meaning: [
            "Calls, how many of them did not end well, and how long nineteen of twenty took at most.",
            "呼叫次數、未成功比例，以及二十次中十九次的最長耗時。",
            "调用次数、未成功比例，以及二十次中十九次的最长耗时。",
        ],
        formula: "count(*), share of status <> 'ok', percentile(latency_ms, 0.95) of usage_events where meter is di.calls or llm.calls",
        owner: "sre",
    };
    Panel::table(
        about,
        r#"SELECT coalesce(service, '-') AS "service", coalesce(model, '-') AS "model", count(*) AS "calls",
  CAST(count(*) FILTER (WHERE status <> 'ok') AS DOUBLE) / count(*) AS "error_share",
  percentile(latency_ms, 0.95) AS "latency_p95_ms"
FROM usage_events
WHERE meter IN ('di.calls', 'llm.calls') AND $__timeFilter(time) AND coalesce(city, '-') IN ($city)
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2"#,
    )
}

fn variants() -> Panel {
    let about = About {
        title: ["Calls by variant", "各方案的呼叫", "各方案的调用"],
        meaning: [
            "Calls of each variant of each experiment as they came: cost, errors, latency. Differences may be chance: the verdicts below say which are not.",
            "各實驗方案的呼叫原始數字：成本、錯誤、延遲。差異可能出於偶然，是否屬實請見下方判定。",
            "各实验方案的调用原始数字：成本、错误、延迟。差异可能出于偶然，是否属实请见下方判定。",
        ],
        formula: "usage of llm.calls by experiment and variant; cost: sum(cost_hkd) of all meters / calls",
        owner: "ai",
    };
    Panel::table(
        about,
        r#"SELECT u.experiment || ' ' || coalesce(u.variant, '-') AS "variant",
  count(*) FILTER (WHERE u.meter = 'llm.calls') AS "calls",
  sum(c.cost_hkd) / nullif(count(*) FILTER (WHERE u.meter = 'llm.calls'), 0) AS "cost_per_call_hkd",
  CAST(count(*) FILTER (WHERE u.meter = 'llm.calls' AND u.status <> 'ok') AS DOUBLE)
    / nullif(count(*) FILTER (WHERE u.meter = 'llm.calls'), 0) AS "error_share",
  percentile(u.latency_ms, 0.95) AS "latency_p95_ms"
FROM usage_events u
JOIN usage_costs c ON c.event_id = u.event_id AND c.time = u.time
WHERE u.experiment IS NOT NULL AND $__timeFilter(u.time) AND coalesce(u.city, '-') IN ($city)
GROUP BY 1
ORDER BY 1"#,
    )
}

fn verdicts() -> Panel {
    let about = About {
        title: ["Verdicts of experiments", "實驗判定", "实验判定"],
        meaning: [
            "How each variant stands against the one that it is compared with, by its goals and by the guardrails that must not get worse: a row a metric, as it was last looked at within the chosen time. The verdict is on all metrics of a variant together. The difference is the variant's value less the other's; its bounds hold however often one looks, so that a goal whose bounds lie on one side of 0 is decided. Shares are parts of 1. Invoices of all cities count, whatever cities are chosen.",
            "各方案相對於對照方案的表現，按目標與不得變差的護欄列出：每項指標一列，為所選時段內最近一次檢視的結果。判定針對一個方案的全部指標。差異為方案數值減對照數值；無論檢視多少次，上下限均有效，故目標的上下限同在 0 的一側即已定。比例以 1 為全部。計入所有城市的發票，與所選城市無關。",
            "各方案相对于对照方案的表现，按目标与不得变差的护栏列出：每项指标一行，为所选时段内最近一次查看的结果。判定针对一个方案的全部指标。差异为方案数值减对照数值；无论查看多少次，上下限均有效，故目标的上下限同在 0 的一侧即已定。比例以 1 为全部。计入所有城市的发票，与所选城市无关。",
        ],
        formula: "experiments: the last look at each, by metric and variant",
        owner: "ai",
    };
    Panel::table(
        about,
        r#"SELECT experiment AS "experiment", variant AS "variant", control AS "compared_with", verdict AS "verdict", role AS "role",
  metric AS "measure", standing AS "standing", effect AS "effect", lower AS "effect_low", upper AS "effect_high",
  variant_value AS "variant_value", control_value AS "control_value",
  CASE metric WHEN 'ai_cost_per_invoice_hkd' THEN 'HKD' WHEN 'ai_latency_ms' THEN 'ms' ELSE '-' END AS "unit",
  variant_units AS "variant_units", control_units AS "control_units", units_needed AS "units_needed",
  crossed_units AS "crossed_units", p_value AS "p_value", reason AS "reason", made_at AS "made"
FROM experiments
WHERE $__timeFilter(made_at)
ORDER BY experiment, variant, role, metric"#,
    )
}
