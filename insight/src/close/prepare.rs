//! A step towards a close, made from what is committed: the pack of a month, or the approval of one.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{Int64Type, UInt64Type};
use chrono::{DateTime, Utc};
use tidemark_model::close::MANIFEST;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::finance::FINANCE_ENTRIES;
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;
use tidemark_model::position::parse_app_id;
use tidemark_model::stream::Stream;

use super::files::{ADJUSTMENTS, ALLOCATION, Files, PRICES, write_adjustments, write_allocation, write_inputs};
use super::manifest::{Difference, Manifest, PackedFile, Source};
use super::packs::{closed_months, files_of};
use super::ready::{Obstacle, obstacles};
use super::steps::{NextStep, Steps};
use super::today::{Arrears, Stated, arrears};
use super::{PackHash, Status, Step, sheet};
use crate::allocation::apportion::{METHOD, METHOD_VERSION};
use crate::allocation::{MonthInputs, parts};
use crate::columns::texts;

const PRICE_COLUMNS: &[&str] = &["service", "model", "meter", "valid_from", "unit_price", "currency"];

/// What a close freezes: files, and the manifest that names them and what they were made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The manifest; its hash names the pack.
    pub manifest: Manifest,
    /// The files that it names.
    pub files: Files,
}

/// What stands in the way of preparing a month.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn preview(
    queries: &dyn PinnedQueries,
    month: Month,
    now: DateTime<Utc>,
) -> Result<Vec<Obstacle>, ServiceError> {
    let steps = Steps::read(queries).await?;
    let stated = Stated::read(queries, |of| of == month).await?;
    Ok(obstacles(&steps.register, month, stated.pools.contains_key(&month), now))
}

/// Makes the pack of a month, and the step that prepares it.
///
/// # Errors
/// `NotAllowed` with everything that stands in the way; as [`PinnedQueries::rows`]; `InvalidValue` where the month, or
/// what must be booked of earlier ones, cannot be worked out.
pub async fn prepare(
    queries: &dyn PinnedQueries,
    month: Month,
    by: &str,
    now: DateTime<Utc>,
) -> Result<NextStep, ServiceError> {
    let steps = Steps::read(queries).await?;
    let stated = Stated::read(queries, |of| of <= month).await?;
    let inputs = stated.inputs(queries, month).await;
    let found = obstacles(&steps.register, month, stated.pools.contains_key(&month), now);
    if !found.is_empty() {
        return Err(refused(&found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")));
    }
    let inputs = inputs?.ok_or_else(|| refused(&Obstacle::NoPools(month).to_string()))?;
    let closed = closed_months(queries, &steps.register, None).await?;
    let arrears = arrears(queries, &closed, &stated).await?;
    let previous = steps.register.last().map(|(_, closed)| closed.pack);
    let frozen = Frozen::read(queries, month, previous).await?;
    let pack = assemble(inputs, arrears, frozen)?;
    let hash = pack.manifest.hash();
    Ok(NextStep { number: steps.last + 1, month, pack: hash, by: by.to_owned(), prepared: Some(pack) })
}

/// Makes the step that approves a pack.
///
/// # Errors
/// `NotAllowed` where the pack cannot be approved by this principal, or is not stored as it was prepared; as
/// [`PinnedQueries::rows`].
pub async fn approve(
    queries: &dyn PinnedQueries,
    month: Month,
    pack: PackHash,
    by: &str,
) -> Result<NextStep, ServiceError> {
    let mut steps = Steps::read(queries).await?;
    let step = Step::Approve { month, pack, by: by.to_owned() };
    steps.register.take(step).map_err(|refusal| refused(&refusal.to_string()))?;
    let mut files = files_of(queries, month, pack).await?;
    let manifest = files.remove(MANIFEST).filter(|manifest| PackHash::of(manifest.as_bytes()) == pack);
    let manifest = manifest.and_then(|manifest| Manifest::read(&manifest).ok());
    let differences = manifest.map(|manifest| manifest.differences(&files));
    if differences.as_ref().is_none_or(|differences: &Vec<Difference>| !differences.is_empty()) {
        return Err(refused("the pack is not stored as it was prepared: prepare the month again"));
    }
    Ok(NextStep { number: steps.last + 1, month, pack, by: by.to_owned(), prepared: None })
}

/// How a month stands, and the files of its pack where it has one, the manifest among them.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn show(queries: &dyn PinnedQueries, month: Month) -> Result<(Status, Files), ServiceError> {
    let status = Steps::read(queries).await?.register.status(month);
    let files = match status.pack() {
        Some(pack) => files_of(queries, month, pack).await?,
        None => Files::new(),
    };
    Ok((status, files))
}

/// What a pack pins beside what its figures are made of.
#[derive(Debug, Default)]
pub(super) struct Frozen {
    pub(super) previous: Option<PackHash>,
    pub(super) imports: i64,
    pub(super) tables: BTreeMap<String, u64>,
    pub(super) watermarks: BTreeMap<Source, i64>,
    pub(super) prices: String,
}

impl Frozen {
    async fn read(queries: &dyn PinnedQueries, month: Month, previous: Option<PackHash>) -> Result<Self, ServiceError> {
        let (tables, watermarks) = pinned(queries).await?;
        let (imports, prices) = (imports(queries).await?, prices(queries, month).await?);
        Ok(Self { previous, imports, tables, watermarks, prices })
    }
}

/// A month's pack, with what must be booked of earlier ones.
pub(super) fn assemble(of: MonthInputs, arrears: Arrears, frozen: Frozen) -> Result<Pack, ServiceError> {
    let Frozen { previous, imports, tables, watermarks, prices } = frozen;
    let (month, policy) = (of.month, of.policy.version.clone());
    let parts = parts(&of.allocate()?);
    let Arrears { adjustments, mut inputs } = arrears;
    inputs.push(of);
    let mut files = write_inputs(&inputs);
    files.insert(ALLOCATION.to_owned(), write_allocation(month, &parts));
    files.insert(ADJUSTMENTS.to_owned(), write_adjustments(&adjustments));
    files.insert(PRICES.to_owned(), prices);
    let (product, method) = (env!("CARGO_PKG_VERSION").to_owned(), method());
    let packed = files.iter().map(|(name, text)| (name.clone(), PackedFile::of(text.as_bytes()))).collect();
    let manifest = Manifest { month, product, method, imports, policy, previous, tables, watermarks, files: packed };
    Ok(Pack { manifest, files })
}

/// How this release rounds.
pub(super) fn method() -> String {
    format!("{METHOD} {METHOD_VERSION}")
}

/// Number of the last import; 0 where there is none.
async fn imports(queries: &dyn PinnedQueries) -> Result<i64, ServiceError> {
    let found = queries.rows("SELECT coalesce(max(import), 0) FROM finance_entries").await?;
    let first = found.iter().find(|rows| rows.num_rows() > 0);
    Ok(first.map_or(0, |rows| rows.column(0).as_primitive::<Int64Type>().value(0)))
}

/// The prices in force in a month, for the record.
async fn prices(queries: &dyn PinnedQueries, month: Month) -> Result<String, ServiceError> {
    let before_end =
        month.next().map_or(String::new(), |next| format!("valid_from < DATE '{}' AND ", next.first_day()));
    let sql = format!(
        "SELECT service, model, meter, valid_from, unit_price, currency FROM prices \
         WHERE {before_end}(valid_until IS NULL OR valid_until > DATE '{}') ORDER BY service, model, meter, valid_from",
        month.first_day()
    );
    let mut lines = Vec::new();
    for rows in queries.rows(&sql).await? {
        let columns: [StringArray; PRICE_COLUMNS.len()] = texts(&rows)?;
        let cell = |column: &StringArray, row| if column.is_valid(row) { column.value(row) } else { "" }.to_owned();
        lines.extend((0..rows.num_rows()).map(|row| columns.iter().map(|column| cell(column, row)).collect()));
    }
    Ok(sheet::write(PRICE_COLUMNS, lines))
}

/// The versions of the tables that are read, and how far each partition of events has come.
type PinnedTables = (BTreeMap<String, u64>, BTreeMap<Source, i64>);

async fn pinned(queries: &dyn PinnedQueries) -> Result<PinnedTables, ServiceError> {
    let (mut tables, mut watermarks) = PinnedTables::default();
    for rows in queries.rows("SELECT table_name, watermarks, version FROM tables WHERE kind = 'table'").await? {
        let [names, next_offsets] = texts(&rows)?;
        let versions = rows.column(2).as_primitive::<UInt64Type>();
        for row in 0..rows.num_rows() {
            let name = names.value(row);
            let is_of_events = Stream::ALL.iter().any(|stream| stream.table() == name);
            if is_of_events {
                let found = sources(name, next_offsets.value(row)).ok_or_else(|| unreadable(&rows))?;
                watermarks.extend(found);
            }
            if is_of_events || name == FINANCE_ENTRIES {
                tables.insert(name.to_owned(), versions.value(row));
            }
        }
    }
    Ok((tables, watermarks))
}

/// Reads `kafka/invoices/invoices/0: 1200, kafka/invoices/invoices/1: 900`.
fn sources(table: &str, watermarks: &str) -> Option<Vec<(Source, i64)>> {
    let Some(all) = watermarks.strip_prefix("kafka/") else { return watermarks.is_empty().then(Vec::new) };
    let source = |one: &str| {
        let (id, next_offset) = one.rsplit_once(": ")?;
        let of = parse_app_id(&format!("kafka/{id}"))?.1;
        let source = Source { table: table.to_owned(), partition: of.partition, topic: of.topic.to_string() };
        Some((source, next_offset.parse().ok()?))
    };
    all.split(", kafka/").map(source).collect()
}

fn unreadable(rows: &RecordBatch) -> ServiceError {
    let message = format!("the watermarks of one of {} tables cannot be read", rows.num_rows());
    ServiceError::new(ErrorCode::Internal, message)
}

fn refused(why: &str) -> ServiceError {
    ServiceError::new(ErrorCode::NotAllowed, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watermarks_are_read_by_partition() {
        let source = |partition, topic: &str| Source { table: "t".to_owned(), partition, topic: topic.to_owned() };
        let text = "kafka/invoices/file:1f, a: 2/0: 7, kafka/invoices/invoices/12: 1200";
        let found = [(source(0, "file:1f, a: 2"), 7), (source(12, "invoices"), 1200)];
        assert_eq!(sources("t", text), Some(found.to_vec()));
        assert_eq!(sources("t", ""), Some(vec![]));
        for text in ["x", "kafka/invoices/invoices/0", "kafka/invoices/invoices/0: x", "kafka/invoices/invoices/a: 1"] {
            assert_eq!(sources("t", text), None, "{text}");
        }
    }
}
