//! Definitions that tests read: the same as in the document that explains them.

use super::catalogue::Catalogue;

/// A daily line with a picture, as a file.
pub(crate) const FAILURES: &str = include_str!("daily-failures.toml");
/// The same as a form sends it.
pub(crate) const FAILURES_JSON: &str = include_str!("daily-failures.json");
/// Monthly bars to a webhook.
pub(crate) const CHARGES: &str = include_str!("forwarder-charges.toml");
/// A report of the platform for each city.
pub(crate) const STATEMENTS: &str = include_str!("city-statements.toml");
/// Rows as they are.
pub(crate) const LETTERS: &str = include_str!("dead-letters.toml");

/// Definitions that use every operator, function and grain, one a line.
pub(crate) const CASES: &str = include_str!("cases.jsonl");

/// Relations as the catalogue has them, as far as examples and tests read them.
pub(crate) fn catalogue() -> Catalogue {
    let columns = [
        ("invoice_lives", "invoice_id city forwarder status automation", "text"),
        ("invoice_lives", "settled_at received_at", "timestamp with time zone"),
        ("invoice_lives", "pages fields_extracted fields_corrected", "bigint"),
        ("invoice_lives", "confidence", "double precision"),
        ("invoice_lives", "reviewed", "boolean"),
        ("invoice_lives", "charge_total", "numeric"),
        ("invoice_lives", "currency", "text"),
        ("invoice_charges", "invoice_id city forwarder code currency", "text"),
        ("invoice_charges", "extracted_at", "timestamp with time zone"),
        ("invoice_charges", "amount", "numeric"),
        ("dead_letters", "stage reason detail", "text"),
        ("dead_letters", "_ingested_at", "timestamp with time zone"),
        ("dead_letters", "payload", "bytea"),
        ("kpi_daily", "city kpi", "text"),
        ("kpi_daily", "bucket", "date"),
        ("kpi_daily", "value", "numeric"),
        ("cost_allocation", "month city pool currency", "text"),
        ("cost_allocation", "amount", "numeric"),
    ];
    let each =
        columns.iter().flat_map(|(relation, names, of)| names.split(' ').map(move |name| (*relation, name, *of)));
    Catalogue::of(each)
}
