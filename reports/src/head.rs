//! What a report's head says: whose it is, how final, and of what data.

use arrow::array::RecordBatch;
use chrono::{DateTime, Utc};
use tidemark_model::close::FINANCE_CLOSES;
use tidemark_model::error::ServiceError;
use tidemark_model::finance::FINANCE_ENTRIES;
use tidemark_model::report::Language;
use tidemark_model::stream::Stream;

use crate::document::{Fact, Status};
use crate::queries::Queries;
use crate::scope::Scope;
use crate::value::{Cell, texts};
use crate::words::{
    FACT_APPROVED, FACT_PACK, FACT_POLICY, FACT_PREPARED, FACT_PRODUCT, FACT_VERSIONS, THE_GROUP, Words,
};

/// The product, as reports name it.
pub(crate) const PRODUCT: &str = concat!("Tidemark ", env!("CARGO_PKG_VERSION"));

/// What the head is made of.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) entity: String,
    pub(crate) status: Status,
    pub(crate) as_of: DateTime<Utc>,
    pub(crate) facts: Vec<Fact>,
}

impl Head {
    /// Asks for it.
    pub(crate) async fn read(queries: &Queries<'_>, scope: &Scope, language: Language) -> Result<Self, ServiceError> {
        let entity = entity(queries, scope, language).await?;
        let mut facts = Vec::new();
        let policies = queries
            .rows("SELECT DISTINCT policy_version FROM cost_allocation WHERE policy_version IS NOT NULL ORDER BY 1")
            .await?;
        let policies: Vec<String> = texts(&policies, 0);
        facts.extend((!policies.is_empty()).then(|| fact("policy", &FACT_POLICY, policies.join(", "), language)));
        let closed = queries.rows(
            "SELECT close_id, prepared_by, prepared_at, approved_by, approved_at FROM month_closes \
             WHERE month = ':month' AND status = 'closed'",
        );
        let (status, as_of) = match closed.await?.first() {
            Some(closed) => {
                facts.extend(of_close(closed, language));
                let prepared_at = instant(closed, 2);
                (if queries.is_adjusted().await? { Status::Adjusted } else { Status::Final }, prepared_at)
            }
            None => {
                let (versions, newest) = tables(queries).await?;
                facts.push(fact("versions", &FACT_VERSIONS, versions, language));
                (Status::Draft, newest)
            }
        };
        facts.push(fact("product", &FACT_PRODUCT, PRODUCT.to_owned(), language));
        Ok(Self { entity, status, as_of: as_of.unwrap_or(DateTime::UNIX_EPOCH), facts })
    }
}

/// A line of the head.
pub(crate) fn fact(name: &'static str, label: &Words, value: String, language: Language) -> Fact {
    Fact { name, label: language.of(label).to_owned(), value }
}

/// `Hong Kong (HKG)`, several of these, or the whole group.
async fn entity(queries: &Queries<'_>, scope: &Scope, language: Language) -> Result<String, ServiceError> {
    let Scope::Cities(cities) = scope else { return Ok(language.of(&THE_GROUP).to_owned()) };
    let known = queries.rows("SELECT city, :city_name AS name FROM cities").await?;
    let names: Vec<(String, String)> = texts(&known, 0).into_iter().zip(texts(&known, 1)).collect();
    let named = cities.iter().map(|city| match names.iter().find(|(code, _)| code == city) {
        Some((code, name)) => format!("{name} ({code})"),
        None => city.clone(),
    });
    Ok(named.collect::<Vec<_>>().join(", "))
}

/// The pack, and who made and approved it.
fn of_close(closed: &RecordBatch, language: Language) -> Vec<Fact> {
    let text = |place| texts(std::slice::from_ref(closed), place).pop().unwrap_or_default();
    let by = |name: usize, at: usize| {
        let at = instant(closed, at).map_or_else(String::new, |at| at.format(", %Y-%m-%d %H:%M UTC").to_string());
        format!("{}{at}", text(name))
    };
    vec![
        fact("close_id", &FACT_PACK, text(0), language),
        fact("prepared_by", &FACT_PREPARED, by(1, 2), language),
        fact("approved_by", &FACT_APPROVED, by(3, 4), language),
    ]
}

/// The versions of the tables that reports read, and the newest moment at which something landed in them.
async fn tables(queries: &Queries<'_>) -> Result<(String, Option<DateTime<Utc>>), ServiceError> {
    let found = queries.rows("SELECT table_name, version FROM tables WHERE kind = 'table' ORDER BY table_name").await?;
    let mut versions = Vec::new();
    let mut newest = None;
    for batch in &found {
        for row in 0..batch.num_rows() {
            let (Cell::Text(name), Cell::Number(version)) =
                (Cell::of(batch.column(0), row), Cell::of(batch.column(1), row))
            else {
                continue;
            };
            let Some(landed_at) = landed_at(name) else { continue };
            versions.push(format!("{name} {version}"));
            let landed = queries.rows(&format!("SELECT max({landed_at}) FROM {name}")).await?;
            newest = newest.max(landed.first().and_then(|landed| instant(landed, 0)));
        }
    }
    Ok((versions.join(", "), newest))
}

/// The column that says when a row of a table landed; `None` for tables that no report reads.
fn landed_at(table: &str) -> Option<&'static str> {
    match table {
        FINANCE_ENTRIES => Some("imported_at"),
        FINANCE_CLOSES => Some("taken_at"),
        _ => Stream::ALL.iter().any(|stream| stream.table() == table).then_some("_ingested_at"),
    }
}

fn instant(rows: &RecordBatch, column: usize) -> Option<DateTime<Utc>> {
    if rows.num_rows() == 0 {
        return None;
    }
    if let Cell::Instant(at) = Cell::of(rows.column(column), 0) { Some(at) } else { None }
}
