//! Every bound of the platform, with its reason.

/// Largest record that is taken, in bytes; Kafka's own default limit. Source: event contract, "Envelope".
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// Longest CloudEvents id, in characters. Source: event contract.
pub const ID_CHARS_MAX: usize = 128;

/// Longest CloudEvents source, in characters. Source: event contract.
pub const SOURCE_CHARS_MAX: usize = 256;

/// Longest city code, in characters: it names a folder of the table.
pub const CITY_CHARS_MAX: usize = 32;

/// How far ahead of the broker's clock an event may be, in microseconds. Source: event contract.
pub const AHEAD_MAX_US: i64 = crate::time::HOUR;

/// Longest SQL text, in bytes; generated dashboards stay far below.
pub const SQL_BYTES_MAX: usize = 256 << 10;

/// Deepest nesting of parentheses and brackets in SQL; the parser recurses once or more for each.
pub const SQL_DEPTH_MAX: usize = 100;

/// Longest run of operators in one SQL statement: the planner's stack grows by each one of `1+1+...`.
pub const SQL_OPERATORS_MAX: usize = 1_000;

/// Rows that one answer over HTTP in JSON may have before a client is told to ask for CSV or Arrow.
pub const JSON_ROWS_MAX: usize = 1_000_000;

/// Largest body of `POST /v1/events`, in bytes.
pub const HTTP_BODY_BYTES_MAX: usize = 16 << 20;
