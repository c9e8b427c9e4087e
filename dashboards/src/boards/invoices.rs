//! Invoice operations: how much comes in, how fast it settles, how much people touch, what fails.

use tidemark_sql::Library;

use super::{DETAIL, NOW, WITH_HOURS, data_as_of, hours_of_day, kpi_sections, kpis};
use crate::language::Words;
use crate::panel::{About, Board, Panel, Section, Shape};

const STANDING: Words = ["Cities", "城市", "城市"];

pub(super) fn board(library: &Library) -> Board {
    let [figures, courses] = kpi_sections(&kpis(library, "invoices"));
    let detail = vec![automation_mix(), hours(), failures(), channels()];
    Board {
        id: "invoices",
        title: ["Tidemark: invoice operations", "Tidemark：發票作業", "Tidemark：发票作业"],
        question: [
            "How much comes in, how fast does it settle, how much do people touch, and what fails?",
            "進件多少、完結多快、人工介入多少、哪裡失敗？",
            "进件多少、完结多快、人工介入多少、哪里失败？",
        ],
        variables: WITH_HOURS,
        from: "now-30d",
        to: "now",
        refresh: "5m",
        sections: vec![
            Section { title: NOW, per_line: 3, height: 3, panels: vec![data_as_of(), open_invoices(), cities()] },
            figures,
            courses,
            Section { title: DETAIL, per_line: 2, height: 9, panels: detail },
            Section { title: STANDING, per_line: 1, height: 9, panels: vec![standing()] },
        ],
    }
}

fn open_invoices() -> Panel {
    let about = About {
        title: ["Open invoices", "未完結發票", "未完结发票"],
        meaning: [
            "Invoices that neither completed nor failed yet, whenever they came.",
            "尚未完成亦未失敗的發票，不限收件時間。",
            "尚未完成亦未失败的发票，不限收件时间。",
        ],
        formula: "count(*) of invoice_lives where status = 'open'",
        owner: "scm",
    };
    Panel::count(
        about,
        r#"SELECT count(*) AS "value"
FROM invoice_lives
WHERE status = 'open' AND received_at IS NOT NULL AND coalesce(city, '-') IN ($city)"#,
    )
}

/// The group's figure: its targets are the group's, too, and no cell's.
fn cities() -> Panel {
    let about = About {
        title: ["Cities with completed invoices", "有完成發票的城市", "有完成发票的城市"],
        meaning: [
            "How many cities completed an invoice in the chosen time. Targets of the group: 1, 5 and 11 after 3, 6 and 12 months.",
            "所選時段內有完成發票的城市數。集團目標：3、6、12 個月後分別為 1、5、11 個。",
            "所选时段内有完成发票的城市数。集团目标：3、6、12 个月后分别为 1、5、11 个。",
        ],
        formula: "count(DISTINCT city) of the KPI city_coverage where it is 1",
        owner: "scm",
    };
    Panel::count(
        about,
        r#"SELECT count(DISTINCT city) AS "value"
FROM kpi_daily
WHERE kpi = 'city_coverage' AND numerator = 1 AND $__timeFilter(bucket) AND coalesce(city, '-') IN ($city)"#,
    )
}

fn standing() -> Panel {
    let about = About {
        title: ["Where the invoices of each city stand", "各城市發票進度", "各城市发票进度"],
        meaning: [
            "Invoices received in the chosen time: settled, failed among them, still open, open for more than a day, and for how long the oldest waits, as of the newest invoice event.",
            "所選時段收到的發票：已完結、其中失敗、未完結、未完結逾一日，以及最久者已等待多久（以最新發票事件為準）。",
            "所选时段收到的发票：已完结、其中失败、未完结、未完结逾一日，以及最久者已等待多久（以最新发票事件为准）。",
        ],
        formula: "count(*) of invoice_lives by city and status, by received_at",
        owner: "scm",
    };
    Panel::table(
        about,
        r#"SELECT coalesce(city, '-') AS "city", count(*) AS "invoices", count(settled_at) AS "settled",
  count(*) FILTER (WHERE status = 'failed') AS "failed", count(*) FILTER (WHERE status = 'open') AS "open_invoices",
  count(*) FILTER (WHERE status = 'open' AND received_at < newest - INTERVAL '24 hours') AS "overdue",
  max(CASE WHEN status = 'open' THEN micros_between(received_at, newest) END) / 1000 AS "oldest_ms"
FROM invoice_lives
CROSS JOIN (SELECT max(time) AS newest FROM invoice_events) n
WHERE $__timeFilter(received_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}

fn automation_mix() -> Panel {
    let about = About {
        title: ["How invoices were settled", "發票處理方式", "发票处理方式"],
        meaning: [
            "Settled invoices by how much people did: nothing, confirmed, corrected 1 to 3 fields, or more.",
            "完結發票按人工參與程度：無、確認、更正 1 至 3 個欄位、更多。",
            "完结发票按人工参与程度：无、确认、更正 1 至 3 个字段、更多。",
        ],
        formula: "count(*) of settled_invoices by automation and local day",
        owner: "scm",
    };
    Panel::sql(
        Shape::Stack,
        "short",
        about,
        r#"SELECT CAST(local_day(settled_at, city) AS TIMESTAMP) AS "time",
  count(*) FILTER (WHERE automation = 'full') AS "full",
  count(*) FILTER (WHERE automation = 'assisted') AS "assisted",
  count(*) FILTER (WHERE automation = 'partial') AS "partial",
  count(*) FILTER (WHERE automation = 'manual') AS "manual"
FROM settled_invoices
WHERE $__timeFilter(settled_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 1"#,
    )
}

fn hours() -> Panel {
    let about = About {
        title: ["Settled by hour of day", "各時段完結量", "各时段完结量"],
        meaning: [
            "Invoices settled in each hour of the day, by the clock of the chosen zone.",
            "按所選時區，一日各小時完結的發票。",
            "按所选时区，一日各小时完结的发票。",
        ],
        formula: "sum(numerator) of kpi_hourly where kpi = 'invoices_settled', by hour",
        owner: "scm",
    };
    hours_of_day("invoices_settled", about, "invoices")
}

fn failures() -> Panel {
    let about = About {
        title: ["Failures by stage", "各階段失敗", "各阶段失败"],
        meaning: [
            "Invoices that failed and never completed, by the stage and code of the first failure.",
            "失敗且未曾完成的發票，按首次失敗的階段與代碼。",
            "失败且未曾完成的发票，按首次失败的阶段与代码。",
        ],
        formula: "count(*) of invoice_lives where status = 'failed', by failure_stage, failure_code",
        owner: "scm",
    };
    Panel::table(
        about,
        r#"SELECT failure_stage AS "failure_stage", failure_code AS "failure_code", count(*) AS "invoices",
  count(DISTINCT forwarder) AS "forwarders", max(failed_at) AS "newest"
FROM invoice_lives
WHERE status = 'failed' AND $__timeFilter(failed_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2"#,
    )
}

fn channels() -> Panel {
    let about = About {
        title: ["Where invoices come from", "發票來源", "发票来源"],
        meaning: ["Invoices received by channel.", "各渠道收到的發票。", "各渠道收到的发票。"],
        formula: "count(*) of invoice_lives by channel",
        owner: "scm",
    };
    Panel::sql(
        Shape::Ranking,
        "short",
        about,
        r#"SELECT coalesce(channel, '-') AS "channel", count(*) AS "invoices"
FROM invoice_lives
WHERE $__timeFilter(received_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}
