//! Data quality: what is refused, what comes late, what is missing, what nobody knows.

use tidemark_sql::{KpiQuery, Library};

use super::{DETAIL, FIGURES, NOW, data_as_of};
use crate::kpi;
use crate::panel::{About, Board, Panel, Section, Shape, Variable};

/// KPIs of other topics that are about the data as well.
const KPIS: [&str; 4] = ["data_completeness", "charge_presence", "forwarder_coverage", "ai_accuracy"];

pub(super) fn board(library: &Library) -> Board {
    let of_data = |query: &&KpiQuery| query.kpi.topic == "quality" || KPIS.contains(&query.kpi.id.as_str());
    let kpis = library.kpis.iter().filter(of_data);
    let detail = vec![refused(), refused_for(), late(), missing_fields(), gaps(), unknown_members()];
    Board {
        id: "quality",
        title: ["Tidemark: data quality", "Tidemark：資料品質", "Tidemark：数据质量"],
        question: [
            "What is refused, what comes late, what is missing, what does nobody know?",
            "拒收了什麼、遲到了什麼、缺少什麼、有何未知？",
            "拒收了什么、迟到了什么、缺少什么、有何未知？",
        ],
        variables: &[Variable::City],
        from: "now-30d",
        to: "now",
        refresh: "5m",
        sections: vec![
            Section {
                title: NOW,
                per_line: 3,
                height: 3,
                panels: vec![data_as_of(), dead_letters(), unknown_cities()],
            },
            Section { title: FIGURES, per_line: 4, height: 3, panels: kpis.filter_map(kpi::figure).collect() },
            Section { title: DETAIL, per_line: 2, height: 10, panels: detail },
        ],
    }
}

fn dead_letters() -> Panel {
    let about = About {
        title: ["Dead letters", "拒收記錄", "拒收记录"],
        meaning: [
            "Records that were refused in the chosen time; they are kept, and come back after a fix (tidemark dlq replay).",
            "所選時段拒收的記錄；均已保留，修正後可重送（tidemark dlq replay）。",
            "所选时段拒收的记录；均已保留，修正后可重送（tidemark dlq replay）。",
        ],
        formula: "count(*) of dead_letters by record_time",
        owner: "sre",
    };
    let sql = r#"SELECT count(*) AS "value" FROM dead_letters WHERE $__timeFilter(record_time)"#;
    Panel::count(about, sql).worse_from(1.0, None)
}

fn unknown_cities() -> Panel {
    let about = About {
        title: ["Events of unknown cities", "未知城市的事件", "未知城市的事件"],
        meaning: [
            "Events of all streams whose city code the group does not have. They are kept and shown under their code.",
            "城市代碼不屬本集團的事件（所有資料流）。均已保留，以其代碼顯示。",
            "城市代码不属本集团的事件（所有数据流）。均已保留，以其代码显示。",
        ],
        formula: "count(*) of events where city is not in cities",
        owner: "scm",
    };
    let sql = r#"SELECT count(*) AS "value"
FROM (
  SELECT city FROM invoice_events WHERE $__timeFilter(time)
  UNION ALL SELECT city FROM session_events WHERE $__timeFilter(time)
  UNION ALL SELECT city FROM usage_events WHERE $__timeFilter(time)
) e
WHERE city IS NOT NULL AND city NOT IN (SELECT city FROM cities)"#;
    Panel::count(about, sql).worse_from(1.0, None)
}

fn refused() -> Panel {
    let about = About {
        title: ["Dead letters by stream", "各資料流拒收", "各数据流拒收"],
        meaning: [
            "Records refused by stream, by the day on which the broker took them (UTC).",
            "各資料流每日拒收的記錄（以 broker 接收日為準，UTC）。",
            "各数据流每日拒收的记录（以 broker 接收日为准，UTC）。",
        ],
        formula: "count(*) of dead_letters by stream and day of record_time",
        owner: "sre",
    };
    Panel::sql(
        Shape::Stack,
        "short",
        about,
        r#"SELECT date_trunc('day', record_time) AS "time", stream AS metric, count(*) AS value
FROM dead_letters
WHERE $__timeFilter(record_time)
GROUP BY 1, 2
ORDER BY 1, 2"#,
    )
}

fn refused_for() -> Panel {
    let about = About {
        title: ["Why records are refused", "拒收原因", "拒收原因"],
        meaning: [
            "Dead letters by stream, stage and reason.",
            "拒收記錄按資料流、階段與原因。",
            "拒收记录按数据流、阶段与原因。",
        ],
        formula: "count(*) of dead_letters by stream, stage, reason",
        owner: "sre",
    };
    Panel::table(
        about,
        r#"SELECT stream AS "stream", stage AS "stage", reason AS "reason", count(*) AS "records", max(record_time) AS "newest"
FROM dead_letters
WHERE $__timeFilter(record_time)
GROUP BY 1, 2, 3
ORDER BY 4 DESC, 1, 2, 3"#,
    )
}

fn late() -> Panel {
    let about = About {
        title: ["How late events come", "事件遲到程度", "事件迟到程度"],
        meaning: [
            "Time from when an event of any stream happened to when it was taken in. Back-filled history is late by nature.",
            "事件發生至接收之間的時間。回填的歷史資料本就遲到。",
            "事件发生至接收之间的时间。回填的历史数据本就迟到。",
        ],
        formula: "count(*) of events by _ingested_at - time",
        owner: "sre",
    };
    Panel::sql(
        Shape::Columns,
        "short",
        about,
        r#"SELECT CASE nth WHEN 1 THEN '< 1 min' WHEN 2 THEN '< 1 h' WHEN 3 THEN '< 1 d' WHEN 4 THEN '< 7 d' ELSE '7 d +' END AS "late",
  count(*) AS "events"
FROM (
  SELECT CASE WHEN late_us < 60000000 THEN 1 WHEN late_us < 3600000000 THEN 2 WHEN late_us < 86400000000 THEN 3
    WHEN late_us < 604800000000 THEN 4 ELSE 5 END AS nth
  FROM (
    SELECT micros_between(time, _ingested_at) AS late_us FROM invoice_events
    WHERE $__timeFilter(time) AND coalesce(city, '-') IN ($city)
    UNION ALL
    SELECT micros_between(time, _ingested_at) AS late_us FROM session_events
    WHERE $__timeFilter(time) AND coalesce(city, '-') IN ($city)
    UNION ALL
    SELECT micros_between(time, _ingested_at) AS late_us FROM usage_events
    WHERE $__timeFilter(time) AND coalesce(city, '-') IN ($city)
  ) e
) b
GROUP BY nth
ORDER BY nth"#,
    )
}

fn missing_fields() -> Panel {
    let about = About {
        title: ["Required fields that are empty", "必填欄位缺值", "必填字段缺值"],
        meaning: [
            "Required fields of the last extractions that have no value, by field.",
            "最後一次擷取中無值的必填欄位。",
            "最后一次提取中无值的必填字段。",
        ],
        formula: "count(*) of invoice_fields where required and value is empty, over required ones, by field",
        owner: "ai",
    };
    Panel::table(
        about,
        r#"SELECT field AS "field", count(*) AS "fields", count(*) FILTER (WHERE coalesce(value, '') = '') AS "without",
  CAST(count(*) FILTER (WHERE coalesce(value, '') = '') AS DOUBLE) / count(*) AS "share"
FROM invoice_fields
WHERE required AND $__timeFilter(extracted_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 4 DESC, 1
LIMIT 25"#,
    )
}

fn gaps() -> Panel {
    let about = About {
        title: ["Invoices with gaps in their life", "流程缺漏的發票", "流程缺漏的发票"],
        meaning: [
            "Invoices that completed although an event that should come before it never arrived, by city.",
            "已完成但缺少應有前置事件的發票，按城市。",
            "已完成但缺少应有前置事件的发票，按城市。",
        ],
        formula: "count(*) of invoice_lives where completed_at is not null and received_at, forwarder or route is null",
        owner: "scm",
    };
    Panel::table(
        about,
        r#"SELECT coalesce(city, '-') AS "city", count(*) AS "invoices",
  count(*) FILTER (WHERE received_at IS NULL OR forwarder IS NULL OR route IS NULL) AS "without"
FROM invoice_lives
WHERE completed_at IS NOT NULL AND $__timeFilter(completed_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 3 DESC, 1"#,
    )
}

fn unknown_members() -> Panel {
    let about = About {
        title: ["Events with members that nobody knows", "含未知成員的事件", "含未知成员的事件"],
        meaning: [
            "Events whose data has members beyond the contract; they are kept as text in _extra.",
            "資料含合約外成員的事件；以文字保留於 _extra。",
            "数据含合约外成员的事件；以文本保留于 _extra。",
        ],
        formula: "count(*) of events where _extra is not null, by type",
        owner: "sre",
    };
    Panel::table(
        about,
        r#"SELECT type AS "event_type", count(*) AS "events", max(time) AS "newest"
FROM (
  SELECT type, time FROM invoice_events WHERE _extra IS NOT NULL AND $__timeFilter(time)
  UNION ALL SELECT type, time FROM session_events WHERE _extra IS NOT NULL AND $__timeFilter(time)
  UNION ALL SELECT type, time FROM usage_events WHERE _extra IS NOT NULL AND $__timeFilter(time)
) e
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}
