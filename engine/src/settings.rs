//! What `SET` changes and `SHOW` and `current_setting` answer, for one session.
//!
//! A few settings act (`freshness`, `statement_timeout`, `timezone`); the others are those that drivers set when they
//! connect or ask for, kept so that they read back what they wrote.

use std::collections::BTreeMap;
use std::time::Duration;

use arrow::array::timezone::Tz;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::Freshness;

/// The version of PostgreSQL whose behaviour clients may expect.
pub(crate) const SERVER_VERSION: &str = "16.6";

const TIME_ZONE: &str = "timezone";
const FRESHNESS: &str = "freshness";
const STATEMENT_TIMEOUT: &str = "statement_timeout";

/// Every setting with its value at the start of a session. Source of names and values: PostgreSQL 16, "Server
/// Configuration"; `freshness` is ours.
const DEFAULTS: [(&str, &str); 36] = [
    ("application_name", ""),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("client_min_messages", "notice"),
    ("datestyle", "ISO, MDY"),
    ("default_table_access_method", "heap"),
    ("default_tablespace", ""),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "on"),
    ("extra_float_digits", "1"),
    (FRESHNESS, "live"),
    ("idle_in_transaction_session_timeout", "0"),
    ("idle_session_timeout", "0"),
    ("in_hot_standby", "off"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("is_superuser", "off"),
    ("jit", "off"),
    ("lc_collate", "C"),
    ("lc_ctype", "C"),
    ("lc_messages", "C"),
    ("lc_monetary", "C"),
    ("lock_timeout", "0"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("row_security", "on"),
    ("search_path", "\"$user\", public"),
    ("server_encoding", "UTF8"),
    ("server_version", SERVER_VERSION),
    ("server_version_num", "160006"),
    ("standard_conforming_strings", "on"),
    (STATEMENT_TIMEOUT, "0"),
    (TIME_ZONE, "UTC"),
    ("transaction_isolation", "read committed"),
    ("transaction_read_only", "on"),
    ("xmloption", "content"),
];

/// Settings that tell about the server and cannot be set.
const FIXED: [&str; 11] = [
    "default_table_access_method",
    "default_tablespace",
    "in_hot_standby",
    "integer_datetimes",
    "is_superuser",
    "lc_collate",
    "lc_ctype",
    "max_identifier_length",
    "max_index_keys",
    "server_encoding",
    "server_version",
];

/// One session's settings.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    values: BTreeMap<String, String>,
    freshness: Freshness,
    statement_timeout: Option<Duration>,
    /// How fresh answers must be where nobody says otherwise.
    default_freshness: Freshness,
}

impl Settings {
    /// A session's at its start.
    pub(crate) fn starting(freshness: Freshness) -> Self {
        let values = DEFAULTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut values: BTreeMap<_, _> = values.collect();
        values.insert(FRESHNESS.to_owned(), freshness.name().to_owned());
        Self { values, freshness, statement_timeout: None, default_freshness: freshness }
    }

    /// As at the session's start.
    pub(crate) fn reset(&mut self) {
        *self = Self::starting(self.default_freshness);
    }

    /// Sets a value; `None` restores what the session started with.
    ///
    /// # Errors
    /// `InvalidSql` for a name that does not exist, `InvalidValue` for a value that it cannot have, `NotAllowed` for a
    /// setting that only tells.
    pub(crate) fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), ServiceError> {
        let name = canonical(name);
        if name == "all" {
            self.reset();
            return Ok(());
        }
        let default = known(&name, self.default_freshness)?;
        if FIXED.contains(&name.as_str()) {
            return Err(ServiceError::new(ErrorCode::NotAllowed, format!("setting \"{name}\" cannot be changed")));
        }
        let value = value.unwrap_or(default);
        match name.as_str() {
            FRESHNESS => self.freshness = parse_freshness(value)?,
            STATEMENT_TIMEOUT => self.statement_timeout = parse_timeout(value)?,
            TIME_ZONE => check_time_zone(value)?,
            _ => {}
        }
        self.values.insert(name, value.to_owned());
        Ok(())
    }

    /// The value of a setting.
    ///
    /// # Errors
    /// `InvalidSql` for a name that does not exist.
    pub(crate) fn get(&self, name: &str) -> Result<&str, ServiceError> {
        let name = canonical(name);
        let default = known(&name, self.default_freshness)?;
        Ok(self.values.get(&name).map_or(default, String::as_str))
    }

    /// Every setting, in order of names.
    pub(crate) const fn all(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// How fresh answers must be.
    pub(crate) const fn freshness(&self) -> Freshness {
        self.freshness
    }

    /// The session's own deadline, where it has one.
    pub(crate) const fn statement_timeout(&self) -> Option<Duration> {
        self.statement_timeout
    }

    /// The session's time zone.
    pub(crate) fn time_zone(&self) -> &str {
        self.values.get(TIME_ZONE).map_or("UTC", String::as_str)
    }
}

/// What a setting of this name is at the start of a session.
fn known(name: &str, freshness: Freshness) -> Result<&'static str, ServiceError> {
    let found = DEFAULTS.iter().find(|(known, _)| *known == name);
    found.map(|(name, default)| if *name == FRESHNESS { freshness.name() } else { *default }).ok_or_else(|| {
        ServiceError::new(ErrorCode::UnknownSetting, format!("there is no setting \"{name}\""))
            .with_hint("SHOW ALL lists the settings")
    })
}

/// Lower case, and one name where PostgreSQL has two.
fn canonical(name: &str) -> String {
    let name = name.trim().trim_matches('"').to_ascii_lowercase();
    match name.as_str() {
        "time zone" | "time.zone" => TIME_ZONE.to_owned(),
        "transaction isolation level" | "transaction.isolation.level" => "transaction_isolation".to_owned(),
        "names" => "client_encoding".to_owned(),
        _ => name,
    }
}

fn parse_freshness(value: &str) -> Result<Freshness, ServiceError> {
    Freshness::from_name(&value.to_ascii_lowercase()).ok_or_else(|| invalid(FRESHNESS, value, Freshness::NAMES))
}

/// Milliseconds, or a number with a unit; 0 is none of its own. Source: PostgreSQL 16, "Parameter Names and Values".
fn parse_timeout(value: &str) -> Result<Option<Duration>, ServiceError> {
    let digits = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = value.split_at(digits);
    let factor_ms = match unit.trim() {
        "" | "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err(invalid(STATEMENT_TIMEOUT, value, "milliseconds, or a number with ms, s, min or h")),
    };
    let millis: u64 = number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor_ms))
        .ok_or_else(|| invalid(STATEMENT_TIMEOUT, value, "milliseconds, or a number with ms, s, min or h"))?;
    Ok((millis > 0).then(|| Duration::from_millis(millis)))
}

fn check_time_zone(value: &str) -> Result<(), ServiceError> {
    value.parse::<Tz>().map(|_| ()).map_err(|_| invalid(TIME_ZONE, value, "a name such as Asia/Hong_Kong, or +08:00"))
}

fn invalid(name: &str, value: &str, expected: &str) -> ServiceError {
    ServiceError::new(ErrorCode::InvalidValue, format!("setting \"{name}\" cannot be \"{value}\""))
        .with_hint(format!("it takes {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_and_act() {
        let mut settings = Settings::starting(Freshness::Live);
        settings.set("Freshness", Some("committed")).unwrap();
        settings.set("statement_timeout", Some("30s")).unwrap();
        settings.set("TIME ZONE", Some("Asia/Hong_Kong")).unwrap();
        assert_eq!(settings.freshness(), Freshness::Committed);
        assert_eq!(settings.statement_timeout(), Some(Duration::from_secs(30)));
        assert_eq!(settings.get("timezone").unwrap(), "Asia/Hong_Kong");
        settings.set("statement_timeout", None).unwrap();
        assert_eq!(settings.statement_timeout(), None);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut settings = Settings::starting(Freshness::Live);
        assert_eq!(settings.set("colour", Some("red")).unwrap_err().code, ErrorCode::UnknownSetting);
        assert_eq!(settings.set("freshness", Some("stale")).unwrap_err().code, ErrorCode::InvalidValue);
        assert_eq!(settings.set("timezone", Some("Mars/Olympus")).unwrap_err().code, ErrorCode::InvalidValue);
        assert_eq!(settings.set("server_version", Some("9")).unwrap_err().code, ErrorCode::NotAllowed);
    }
}
