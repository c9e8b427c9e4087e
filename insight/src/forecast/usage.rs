//! What is used of services and storage, day by day: calls of AI, requests to the platform, bytes stored. Capacity is
//! planned from them, and those that flow are watched; they are days of the view `used_days`, not KPIs of the catalogue.

/// A series of days, city by city.
#[derive(Debug)]
pub(crate) struct Used {
    /// Its name in `used_days`, `forecasts` and `anomalies`.
    pub name: &'static str,
    /// Whether it stays as it was where nothing came.
    pub is_level: bool,
}

/// All of them.
pub(crate) const ALL: &[Used] = &[
    Used { name: "ai_calls", is_level: false },
    Used { name: "api_requests", is_level: false },
    Used { name: "storage_bytes", is_level: true },
];

impl Used {
    /// The days before `until`, a date as SQL, and so many before now.
    pub(super) fn sql(&self, until: &str, num_days: i64) -> String {
        format!(
            "SELECT series AS kpi, city, CAST(NULL AS VARCHAR) AS forwarder, CAST(day AS TIMESTAMP) AS at, value, \
               CAST({until} AS TIMESTAMP) AS until \
             FROM used_days WHERE series = '{}' AND day < {until} \
               AND day >= CAST(now() AS DATE) - INTERVAL '{num_days} days'",
            self.name
        )
    }
}
