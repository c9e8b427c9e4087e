//! Packs as they are stored: what closed months are, and what was booked of earlier ones.

use std::collections::BTreeMap;

use tidemark_model::close::{MANIFEST, PREPARE};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;

use super::adjust::{Adjustment, Share, shares};
use super::files::{ADJUSTMENTS, ALLOCATION, Files, read_adjustments, read_allocation};
use super::manifest::{Manifest, PackedFile};
use super::{PackHash, Register};
use crate::allocation::Part;
use crate::columns::texts;

/// A closed month, as its pack says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClosedMonth {
    /// The pack.
    pub(super) pack: PackHash,
    /// Who bears which part of it.
    pub(super) parts: Vec<Part>,
    /// What it took of earlier months.
    pub(super) adjustments: Vec<Adjustment>,
}

/// The closed months before one, or all of them. Each was looked at: its files are those that were approved.
pub(super) async fn closed_months(
    queries: &dyn PinnedQueries,
    register: &Register,
    before: Option<Month>,
) -> Result<BTreeMap<Month, ClosedMonth>, ServiceError> {
    let wanted = |month: Month| before.is_none_or(|before| month < before);
    let packs: Vec<(Month, PackHash)> =
        register.closed().filter(|(month, _)| wanted(*month)).map(|(month, closed)| (month, closed.pack)).collect();
    if packs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let condition = format!("file IN ('{MANIFEST}', '{ALLOCATION}', '{ADJUSTMENTS}')");
    let mut stored = stored(queries, &condition).await?;
    let mut months = BTreeMap::new();
    for (month, pack) in packs {
        let files = stored.remove(&(month, pack)).unwrap_or_default();
        let closed = closed_month(pack, files).ok_or_else(|| changed(month))?;
        months.insert(month, closed);
    }
    Ok(months)
}

/// What was booked of months: their closes, and what each took of earlier ones.
pub(super) fn booked(months: &BTreeMap<Month, ClosedMonth>) -> impl Iterator<Item = Share> {
    months.iter().flat_map(|(month, closed)| {
        let adjusted = closed.adjustments.iter().map(|adjustment| adjustment.share.clone());
        shares(*month, &closed.parts).chain(adjusted)
    })
}

/// Every file of a pack, the manifest among them.
pub(super) async fn files_of(queries: &dyn PinnedQueries, month: Month, pack: PackHash) -> Result<Files, ServiceError> {
    let mut stored = stored(queries, &format!("month = '{month}' AND pack = '{pack}'")).await?;
    Ok(stored.remove(&(month, pack)).unwrap_or_default())
}

async fn stored(
    queries: &dyn PinnedQueries,
    condition: &str,
) -> Result<BTreeMap<(Month, PackHash), Files>, ServiceError> {
    let sql = format!("SELECT month, pack, file, content FROM finance_closes WHERE kind = '{PREPARE}' AND {condition}");
    let mut packs: BTreeMap<(Month, PackHash), Files> = BTreeMap::new();
    for rows in queries.rows(&sql).await? {
        let [months, names, files, contents] = texts(&rows)?;
        for row in 0..rows.num_rows() {
            // A row that names no month or pack belongs to none.
            if let (Ok(month), Ok(pack)) = (months.value(row).parse(), names.value(row).parse()) {
                let of_pack = packs.entry((month, pack)).or_default();
                of_pack.insert(files.value(row).to_owned(), contents.value(row).to_owned());
            }
        }
    }
    Ok(packs)
}

/// Reads a month from files that are those of its pack.
pub(super) fn closed_month(pack: PackHash, mut files: Files) -> Option<ClosedMonth> {
    let manifest = files.remove(MANIFEST)?;
    if PackHash::of(manifest.as_bytes()) != pack {
        return None;
    }
    let manifest = Manifest::read(&manifest).ok()?;
    let is_packed =
        |(name, text): (&String, &String)| manifest.files.get(name) == Some(&PackedFile::of(text.as_bytes()));
    if !files.iter().all(is_packed) {
        return None;
    }
    let (parts, adjustments) = (read_allocation(&files).ok()?, read_adjustments(&files).ok()?);
    Some(ClosedMonth { pack, parts, adjustments })
}

/// What is stored of a closed month is not what was approved.
fn changed(month: Month) -> ServiceError {
    let message = format!("what is stored of the closed month {month} is not what was approved");
    let hint =
        format!("`tidemark close reproduce --month {month}` says what differs; restore the table finance_closes");
    ServiceError::new(ErrorCode::Internal, message).with_hint(hint)
}
