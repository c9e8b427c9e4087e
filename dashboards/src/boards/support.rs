//! Remote-support sessions and devices: do engineers get through, are devices there, do tickets close in time.

use tidemark_sql::Library;

use super::{DETAIL, NOW, WITH_HOURS, data_as_of, hours_of_day, kpi_sections, kpis};
use crate::panel::{About, Board, Panel, Section, Shape};

pub(super) fn board(library: &Library) -> Board {
    let [figures, courses] = kpi_sections(&kpis(library, "support"));
    let now = vec![data_as_of(), offline_devices(), open_tickets()];
    let detail = vec![failures(), hours(), devices_least_online(), tickets_overdue()];
    Board {
        id: "support",
        title: ["Tidemark: remote support and devices", "Tidemark：遠端支援與裝置", "Tidemark：远程支持与设备"],
        question: [
            "Do engineers get through, are devices online, do tickets close in time?",
            "工程師能否連上？裝置是否在線？工單是否如期解決？",
            "工程师能否连上？设备是否在线？工单是否如期解决？",
        ],
        variables: WITH_HOURS,
        from: "now-30d",
        to: "now",
        refresh: "1m",
        sections: vec![
            Section { title: NOW, per_line: 3, height: 3, panels: now },
            figures,
            courses,
            Section { title: DETAIL, per_line: 2, height: 10, panels: detail },
        ],
    }
}

fn offline_devices() -> Panel {
    let about = About {
        title: ["Devices offline", "離線裝置", "离线设备"],
        meaning: [
            "Devices whose last report was that they went offline.",
            "最後回報為離線的裝置。",
            "最后上报为离线的设备。",
        ],
        formula: "count(*) of devices where status = 'offline'",
        owner: "support",
    };
    Panel::count(
        about,
        r#"SELECT count(*) AS "value" FROM devices WHERE status = 'offline' AND coalesce(city, '-') IN ($city)"#,
    )
}

fn open_tickets() -> Panel {
    let about = About {
        title: ["Tickets not closed", "未關閉工單", "未关闭工单"],
        meaning: [
            "Tickets that are not closed yet, resolved ones included.",
            "尚未關閉的工單，含已解決者。",
            "尚未关闭的工单，含已解决者。",
        ],
        formula: "count(*) of tickets where closed_at is null",
        owner: "support",
    };
    Panel::count(
        about,
        r#"SELECT count(*) AS "value" FROM tickets WHERE closed_at IS NULL AND coalesce(city, '-') IN ($city)"#,
    )
}

fn failures() -> Panel {
    let about = About {
        title: ["Why sessions fail", "連線失敗原因", "连接失败原因"],
        meaning: [
            "Failed sessions by the reason of the first failure.",
            "失敗的連線，按首次失敗原因。",
            "失败的连接，按首次失败原因。",
        ],
        formula: "count(*) of sessions by failure_reason",
        owner: "support",
    };
    Panel::sql(
        Shape::Ranking,
        "short",
        about,
        r#"SELECT failure_reason AS "reason", count(*) AS "sessions"
FROM sessions
WHERE failed_at IS NOT NULL AND $__timeFilter(failed_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}

fn hours() -> Panel {
    let about = About {
        title: ["Sessions by hour of day", "各時段連線請求", "各时段连接请求"],
        meaning: [
            "Sessions requested in each hour of the day, by the clock of the chosen zone.",
            "按所選時區，一日各小時的連線請求。",
            "按所选时区，一日各小时的连接请求。",
        ],
        formula: "sum(numerator) of kpi_hourly where kpi = 'sessions_requested', by hour",
        owner: "support",
    };
    hours_of_day("sessions_requested", about, "sessions")
}

fn devices_least_online() -> Panel {
    let about = About {
        title: ["Devices that were online the least", "在線率最低的裝置", "在线率最低的设备"],
        meaning: [
            "Share of the chosen days, since each device was registered, on which it was online; and what it last reported.",
            "自裝置註冊起，於所選各日的在線時間比例，以及最後回報的狀態。",
            "自设备注册起，于所选各日的在线时间比例，以及最后上报的状态。",
        ],
        formula: "sum(online_ms) / sum(registered_ms) of device_days, by device",
        owner: "support",
    };
    Panel::table(
        about,
        r#"SELECT d.device_id AS "device", coalesce(d.city, '-') AS "city",
  CAST(sum(d.online_ms) AS DOUBLE) / nullif(sum(d.registered_ms), 0) AS "share",
  sum(d.registered_ms) - sum(d.online_ms) AS "offline_ms", min(v.status) AS "reported"
FROM device_days d
LEFT JOIN devices v ON v.device_id = d.device_id
WHERE $__timeFilter(d.day) AND coalesce(d.city, '-') IN ($city)
GROUP BY 1, 2
ORDER BY 3, 1
LIMIT 25"#,
    )
}

fn tickets_overdue() -> Panel {
    let about = About {
        title: ["Tickets by priority", "各優先級工單", "各优先级工单"],
        meaning: [
            "Tickets opened in the chosen time: how many closed too late or are late now, against urgent 4 h, high 8 h, normal 24 h, low 72 h.",
            "所選時段開立的工單，以及逾時者：緊急 4 小時、高 8 小時、一般 24 小時、低 72 小時。",
            "所选时段开立的工单，以及超时者：紧急 4 小时、高 8 小时、一般 24 小时、低 72 小时。",
        ],
        formula: "tickets by priority; overdue: due_at < coalesce(closed_at, newest session event)",
        owner: "support",
    };
    Panel::table(
        about,
        r#"SELECT priority AS "priority", count(*) AS "tickets",
  count(*) FILTER (WHERE due_at < coalesce(closed_at, last_at)) AS "overdue",
  CAST(count(*) FILTER (WHERE due_at < coalesce(closed_at, last_at)) AS DOUBLE) / count(*) AS "share"
FROM tickets
CROSS JOIN last_events
WHERE $__timeFilter(opened_at) AND coalesce(city, '-') IN ($city)
GROUP BY 1
ORDER BY 2 DESC, 1"#,
    )
}
