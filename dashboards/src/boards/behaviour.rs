//! User behaviour: activity, retention by weekly cohort, the invoice funnel, use of features.

use tidemark_sql::Library;

use super::{DETAIL, NOW, USUAL, data_as_of, kpi_sections, kpis};
use crate::kpi::OF_CITY;
use crate::language::Words;
use crate::panel::{About, Board, KPI_TITLE, Panel, Section, Shape};

const USE: Words = ["Use", "使用情況", "使用情况"];

pub(super) fn board(library: &Library) -> Board {
    let [figures, courses] = kpi_sections(&kpis(library, "behaviour"));
    Board {
        id: "behaviour",
        title: ["Tidemark: user behaviour", "Tidemark：用戶行為", "Tidemark：用户行为"],
        question: [
            "Who uses it, do they stay, what do they use, and where do invoices stop?",
            "誰在使用？是否留存？使用哪些功能？發票停在哪一步？",
            "谁在使用？是否留存？使用哪些功能？发票停在哪一步？",
        ],
        variables: USUAL,
        from: "now-90d",
        to: "now",
        refresh: "5m",
        sections: vec![
            Section { title: NOW, per_line: 2, height: 3, panels: vec![data_as_of(), active_users()] },
            figures,
            courses,
            Section { title: DETAIL, per_line: 2, height: 11, panels: vec![retention(), funnel()] },
            Section { title: USE, per_line: 2, height: 8, panels: vec![features(), logins()] },
        ],
    }
}

fn active_users() -> Panel {
    let about = About {
        title: ["Active users", "活躍用戶", "活跃用户"],
        meaning: [
            "Users with any user event, review or correction on a local day of the chosen time.",
            "所選時段內有任何用戶事件、覆核或更正的用戶。",
            "所选时段内有任何用户事件、复核或更正的用户。",
        ],
        formula: "count(DISTINCT user_id) of user_days",
        owner: "product",
    };
    Panel::count(
        about,
        r#"SELECT count(DISTINCT user_id) AS "value"
FROM user_days
WHERE $__timeFilter(day) AND coalesce(city, '-') IN ($city)"#,
    )
}

fn retention() -> Panel {
    let about = About {
        title: ["Retention by weekly cohort", "每週留存", "每周留存"],
        meaning: [
            "Of the users whose first active day lies in a week (Monday first, the city's calendar), the share that was active again so many weeks later. Empty where that week has not ended.",
            "首次活躍日落在該週（週一起，城市曆法）的用戶，在其後第幾週再度活躍的比例。該週尚未結束則留空。",
            "首次活跃日落在该周（周一起，城市日历）的用户，在其后第几周再度活跃的比例。该周尚未结束则留空。",
        ],
        formula: "count(*) FILTER (WHERE nth = n AND active) / count(*) FILTER (WHERE nth = n) of user_retention, by week",
        owner: "product",
    };
    let week = |nth: u32| {
        format!(
            ",\n  CAST(count(*) FILTER (WHERE nth = {nth} AND active) AS DOUBLE)\n    \
             / nullif(count(*) FILTER (WHERE nth = {nth}), 0) AS \"week_{nth}\""
        )
    };
    let weeks = [1, 2, 3, 4, 6, 8].map(week).concat();
    let sql = format!(
        "SELECT week AS \"week\", count(*) FILTER (WHERE nth = 0) AS \"users\"{weeks}\nFROM user_retention\n\
         WHERE $__timeFilter(week) AND {OF_CITY}\nGROUP BY 1\nORDER BY 1"
    );
    Panel::table(about, sql)
}

/// The funnel's steps: KPIs whose numerators are shares of what was received.
const STEPS: [&str; 5] =
    ["invoices_received", "funnel_extracted", "funnel_reviewed", "funnel_completed", "funnel_exported"];

fn funnel() -> Panel {
    let about = About {
        title: ["Funnel of invoices", "發票漏斗", "发票漏斗"],
        meaning: [
            "Invoices received in the chosen time, and how many of them came so far by now. Past review: extracted, and reviewed where they were routed to a review.",
            "所選時段收到的發票，以及至今走到各步的數量。已過覆核：已擷取，且需覆核者已覆核。",
            "所选时段收到的发票，以及至今走到各步的数量。已过复核：已提取，且需复核者已复核。",
        ],
        formula: "sum(numerator) of kpi_daily where kpi = 'invoices_received' or kpi is of the funnel",
        owner: "scm",
    };
    let wanted = STEPS.map(|kpi| format!("'{kpi}'")).join(", ");
    let order: String = STEPS.iter().zip(1..).map(|(kpi, nth)| format!(" WHEN '{kpi}' THEN {nth}")).collect();
    let sql = format!(
        "SELECT k.{KPI_TITLE} AS \"stage\", sum(d.numerator) AS \"invoices\"\nFROM kpi_daily d\n\
         JOIN kpis k ON k.kpi = d.kpi\n\
         WHERE d.kpi IN ({wanted}) AND $__timeFilter(d.bucket) AND coalesce(d.city, '-') IN ($city)\n\
         GROUP BY d.kpi, 1\nORDER BY CASE d.kpi{order} END"
    );
    Panel::sql(Shape::Columns, "short", about, sql)
}

fn features() -> Panel {
    let about = About {
        title: ["Use of features", "功能使用", "功能使用"],
        meaning: [
            "What users do in the product: how often, how many of them, and which share of the active users that is.",
            "用戶使用各功能的次數、人數，以及佔活躍用戶的比例。",
            "用户使用各功能的次数、人数，以及占活跃用户的比例。",
        ],
        formula: "sum(uses), count(DISTINCT user_id), its share of all users of feature_days, by feature",
        owner: "product",
    };
    Panel::table(
        about,
        r#"SELECT feature AS "feature", sum(uses) AS "uses", count(DISTINCT user_id) AS "users",
  CAST(count(DISTINCT user_id) AS DOUBLE) / max(active) AS "share", max(last_at) AS "newest"
FROM feature_days
CROSS JOIN (
  SELECT count(DISTINCT user_id) AS active FROM feature_days
  WHERE $__timeFilter(day) AND coalesce(city, '-') IN ($city)
) a
WHERE feature IS NOT NULL AND $__timeFilter(day) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}

fn logins() -> Panel {
    let about = About {
        title: ["Logins that failed", "登入失敗", "登录失败"],
        meaning: [
            "Failed logins by reason, and how many users they concern.",
            "登入失敗的原因，以及涉及的用戶數。",
            "登录失败的原因，以及涉及的用户数。",
        ],
        formula: "count(*), count(DISTINCT user_id) of session_events where type = 'user.login_failed', by reason",
        owner: "sre",
    };
    Panel::table(
        about,
        r#"SELECT coalesce(reason, '-') AS "reason", count(*) AS "events", count(DISTINCT user_id) AS "users", max(time) AS "newest"
FROM session_events
WHERE type = 'user.login_failed' AND $__timeFilter(time) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}
