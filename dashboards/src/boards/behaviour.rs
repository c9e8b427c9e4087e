//! User behaviour: activity, retention by weekly cohort, the invoice funnel, use of features.

use tidemark_sql::Library;

use super::{DETAIL, NOW, USUAL, data_as_of, kpi_sections, kpis};
use crate::language::Words;
use crate::panel::{About, Board, Panel, Section, Shape};

const USE: Words = ["Use", "使用情況", "使用情况"];

pub(super) fn board(library: &Library) -> Board {
    let [figures, courses] = kpi_sections(&kpis(library, "behaviour"));
    Board {
        id: "behaviour",
        title: ["Tidemark: user behaviour", "Tidemark:用戶行為", "Tidemark:用户行为"],
        question: [
            "Who uses it, do they stay, what do they use, and where do invoices stop?",
            "誰在使用?是否留存?使用哪些功能?發票停在哪一步?",
            "谁在使用?是否留存?使用哪些功能?发票停在哪一步?",
        ],
        variables: USUAL,
        from: "now-90d",
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
    Panel::sql(
        Shape::Figure,
        "short",
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
            "首次活躍日落在該週(週一起,城市曆法)的用戶,在其後第幾週再度活躍的比例。該週尚未結束則留空。",
            "首次活跃日落在该周(周一起,城市日历)的用户,在其后第几周再度活跃的比例。该周尚未结束则留空。",
        ],
        formula: "distinct users of user_days active in week n after their first week / users of that first week",
        owner: "product",
    };
    let week = |nth: u32| {
        format!(
            ",\n  CASE WHEN (newest - cohort) / 604800 > {nth} THEN CAST(count(DISTINCT user_id) FILTER (WHERE nth = {nth}) AS DOUBLE)\n    \
             / count(DISTINCT user_id) END AS \"week_{nth}\""
        )
    };
    let weeks = [1, 2, 3, 4, 6, 8].map(week).concat();
    let sql = format!(
        r#"SELECT CAST(week AS DATE) AS "week", count(DISTINCT user_id) AS "users"{weeks}
FROM (
  SELECT f.user_id, f.week, f.cohort, n.newest,
    CAST((date_part('epoch', date_trunc('week', CAST(d.day AS TIMESTAMP))) - f.cohort) / 604800 AS INT) AS nth
  FROM (
    SELECT user_id, date_trunc('week', CAST(min(day) AS TIMESTAMP)) AS week,
      date_part('epoch', date_trunc('week', CAST(min(day) AS TIMESTAMP))) AS cohort
    FROM user_days
    WHERE coalesce(city, '-') IN ($city)
    GROUP BY 1
  ) f
  JOIN user_days d ON d.user_id = f.user_id
  CROSS JOIN (SELECT date_part('epoch', CAST(max(day) AS TIMESTAMP)) + 86400 AS newest FROM user_days) n
  WHERE $__timeFilter(f.week) AND coalesce(d.city, '-') IN ($city)
) a
GROUP BY week, cohort, newest
ORDER BY 1"#
    );
    Panel::sql(Shape::Table, "none", about, sql)
}

fn funnel() -> Panel {
    let about = About {
        title: ["Funnel of invoices", "發票漏斗", "发票漏斗"],
        meaning: [
            "Invoices received in the chosen time, and how many of them came so far by now. Reviewed: extracted, and reviewed where they were routed to a review.",
            "所選時段收到的發票,以及至今走到各步的數量。已覆核:已擷取,且需覆核者已覆核。",
            "所选时段收到的发票,以及至今走到各步的数量。已复核:已提取,且需复核者已复核。",
        ],
        formula: "count(*) of invoice_lives with each step, by received_at",
        owner: "scm",
    };
    Panel::sql(
        Shape::Columns,
        "short",
        about,
        r#"SELECT s.stage AS "stage", CASE s.nth WHEN 1 THEN received WHEN 2 THEN extracted WHEN 3 THEN reviewed
  WHEN 4 THEN completed ELSE exported END AS "invoices"
FROM (
  SELECT count(*) AS received, count(*) FILTER (WHERE route IS NOT NULL) AS extracted,
    count(*) FILTER (WHERE route = 'auto' OR route IS NOT NULL AND reviewed) AS reviewed,
    count(*) FILTER (WHERE completed_at IS NOT NULL) AS completed,
    count(*) FILTER (WHERE exported_at IS NOT NULL) AS exported
  FROM invoice_lives
  WHERE $__timeFilter(received_at) AND coalesce(city, '-') IN ($city)
) f
CROSS JOIN (VALUES (1, 'received'), (2, 'extracted'), (3, 'reviewed'), (4, 'completed'), (5, 'exported')) AS s (nth, stage)
ORDER BY s.nth"#,
    )
}

fn features() -> Panel {
    let about = About {
        title: ["Use of features", "功能使用", "功能使用"],
        meaning: [
            "What users do in the product: how often, and how many of them.",
            "用戶使用各功能的次數與人數。",
            "用户使用各功能的次数与人数。",
        ],
        formula: "count(*), count(DISTINCT user_id) of session_events where type = 'user.activity', by feature",
        owner: "product",
    };
    Panel::sql(
        Shape::Table,
        "none",
        about,
        r#"SELECT feature AS "feature", count(*) AS "uses", count(DISTINCT user_id) AS "active_users", max(time) AS "newest"
FROM session_events
WHERE type = 'user.activity' AND $__timeFilter(time) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}

fn logins() -> Panel {
    let about = About {
        title: ["Logins that failed", "登入失敗", "登录失败"],
        meaning: [
            "Failed logins by reason, and how many users they concern.",
            "登入失敗的原因,以及涉及的用戶數。",
            "登录失败的原因,以及涉及的用户数。",
        ],
        formula: "count(*), count(DISTINCT user_id) of session_events where type = 'user.login_failed', by reason",
        owner: "sre",
    };
    Panel::sql(
        Shape::Table,
        "none",
        about,
        r#"SELECT coalesce(reason, '-') AS "reason", count(*) AS "events", count(DISTINCT user_id) AS "users", max(time) AS "newest"
FROM session_events
WHERE type = 'user.login_failed' AND $__timeFilter(time) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}
