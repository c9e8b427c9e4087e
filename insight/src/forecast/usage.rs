//! What is used of services and storage, day by day: calls of AI, requests to the platform, bytes stored. Capacity is
//! planned from them; as figures of their own they are in `usage_days` and `storage_readings`, not in the KPI catalogue.

/// A series of days, city by city.
#[derive(Debug)]
pub(super) struct Used {
    /// Its name in `forecasts`.
    pub name: &'static str,
    /// Whether it stays as it was where nothing came.
    pub is_level: bool,
    /// A day's value, as SQL over the rows of the day.
    value: &'static str,
    /// The rows.
    rows: &'static str,
}

/// All of them.
pub(super) const ALL: &[Used] = &[
    Used {
        name: "ai_calls",
        is_level: false,
        value: "sum(quantity)",
        rows: "usage_days WHERE meter IN ('di.calls', 'llm.calls')",
    },
    Used {
        name: "api_requests",
        is_level: false,
        value: "sum(quantity)",
        rows: "usage_days WHERE meter = 'api.requests'",
    },
    // The day's last reading counts.
    Used {
        name: "storage_bytes",
        is_level: true,
        value: "last_value(bytes ORDER BY at, event_id)",
        rows: "storage_readings WHERE bytes IS NOT NULL",
    },
];

impl Used {
    /// The days before `until`, a date as SQL, and so many before now.
    pub(super) fn sql(&self, until: &str, num_days: i64) -> String {
        let Self { name, value, rows, .. } = self;
        format!(
            "SELECT '{name}' AS kpi, city, CAST(NULL AS VARCHAR) AS forwarder, CAST(day AS TIMESTAMP) AS at, \
               CAST({value} AS DOUBLE) AS value, CAST({until} AS TIMESTAMP) AS until \
             FROM {rows} AND city IS NOT NULL AND day < {until} \
               AND day >= CAST(now() AS DATE) - INTERVAL '{num_days} days' \
             GROUP BY city, day"
        )
    }
}
