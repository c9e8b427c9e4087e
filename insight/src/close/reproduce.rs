//! A stored pack once more: every figure is worked out again from what the pack froze, and compared to the byte. Neither
//! the events nor what finance imported is read, so it holds after compaction, vacuum and an upgrade.

use std::collections::BTreeMap;
use std::fmt;

use tidemark_model::close::MANIFEST;
use tidemark_model::error::ServiceError;
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;

use super::files::{ADJUSTMENTS, ALLOCATION, Files, read_inputs, write_adjustments, write_allocation};
use super::manifest::{Difference, Manifest};
use super::packs::{ClosedMonth, closed_months, files_of};
use super::prepare::method;
use super::steps::Steps;
use super::today::differences;
use super::{PackHash, Register};
use crate::allocation::parts;

/// A pack that was reproduced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reproduced {
    /// The pack.
    pub pack: PackHash,
    /// Its files, the manifest among them, with the figures as they were worked out again.
    pub files: Files,
    /// Everything that is not as it was approved; nothing where the bytes are the same.
    pub findings: Vec<Finding>,
}

/// Something that is not as it was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The manifest is not the one that the pack is named by.
    Manifest(String),
    /// A file is not the one that the manifest names.
    File(Difference),
    /// A file is as it was approved, and its figures come out otherwise.
    Figures {
        /// The file.
        file: &'static str,
        /// The first line that differs, from 1.
        line: usize,
    },
    /// The figures cannot be worked out.
    NotComputed(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest(why) => write!(f, "manifest: {why}"),
            Self::File(Difference::Missing(file)) => write!(f, "{file}: it is missing"),
            Self::File(Difference::Changed(file)) => write!(f, "{file}: its bytes are not those that were approved"),
            Self::File(Difference::Unknown(file)) => write!(f, "{file}: the manifest does not name it"),
            Self::Figures { file, line } => write!(f, "{file}: line {line} comes out otherwise"),
            Self::NotComputed(why) => write!(f, "the figures cannot be worked out: {why}"),
        }
    }
}

/// Reproduces the pack of a month that is closed or prepared; `None` where the month has none.
///
/// # Errors
/// As [`PinnedQueries::rows`]; `Internal` where an earlier close is damaged.
pub async fn reproduce(queries: &dyn PinnedQueries, month: Month) -> Result<Option<Reproduced>, ServiceError> {
    let register = Steps::read(queries).await?.register;
    let Some(pack) = register.status(month).pack() else { return Ok(None) };
    let files = files_of(queries, month, pack).await?;
    let earlier = closed_months(queries, &register, Some(month)).await?;
    Ok(Some(again(month, pack, files, &Earlier { months: &earlier, register: &register })))
}

/// What was closed before.
pub(super) struct Earlier<'a> {
    pub(super) months: &'a BTreeMap<Month, ClosedMonth>,
    pub(super) register: &'a Register,
}

/// The same from the files.
pub(super) fn again(month: Month, pack: PackHash, mut files: Files, earlier: &Earlier<'_>) -> Reproduced {
    let text = files.remove(MANIFEST).unwrap_or_default();
    let mut findings = Vec::new();
    if PackHash::of(text.as_bytes()) != pack {
        findings.push(Finding::Manifest("its SHA-256 is not the pack's".to_owned()));
    }
    match Manifest::read(&text) {
        Ok(manifest) => {
            findings.extend(misplaced(&manifest, month, earlier).map(|why| Finding::Manifest(why.to_owned())));
            findings.extend(manifest.differences(&files).into_iter().map(Finding::File));
        }
        Err(error) => findings.push(Finding::Manifest(error.to_string())),
    }
    match computed(month, &files, earlier.months) {
        Ok(computed) => {
            for (file, text) in computed {
                let stored = files.insert(file.to_owned(), text.clone()).unwrap_or_default();
                let line = first_difference(&stored, &text);
                findings.extend(line.map(|line| Finding::Figures { file, line }));
            }
        }
        Err(why) => findings.push(Finding::NotComputed(why)),
    }
    files.insert(MANIFEST.to_owned(), text);
    Reproduced { pack, files, findings }
}

/// Why a manifest is not that of this month among the closes.
fn misplaced(manifest: &Manifest, month: Month, earlier: &Earlier<'_>) -> Option<&'static str> {
    let previous = month.previous().and_then(|before| earlier.register.status(before).closed_pack());
    if manifest.month != month {
        Some("it is of another month")
    } else if manifest.previous != previous {
        Some("the month before was closed with another pack")
    } else if manifest.method != method() {
        Some("its figures were rounded by another method than this release's: use the release that it names")
    } else {
        None
    }
}

/// The figures of a pack, from what it froze.
fn computed(
    month: Month,
    files: &Files,
    earlier: &BTreeMap<Month, ClosedMonth>,
) -> Result<[(&'static str, String); 2], String> {
    let mut inputs = read_inputs(files).map_err(|error| error.to_string())?;
    let of_month = inputs.remove(&month).ok_or_else(|| format!("there are no pools of {month}"))?;
    let allocation = of_month.allocate().map_err(|error| error.to_string())?;
    let adjusted: Vec<_> = inputs.into_values().collect();
    let adjustments = differences(earlier, &adjusted).map_err(|error| error.to_string())?;
    let allocation = write_allocation(month, &parts(&allocation));
    Ok([(ALLOCATION, allocation), (ADJUSTMENTS, write_adjustments(&adjustments))])
}

/// The first line in which two texts differ, from 1.
fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.split('\n').zip(other.split('\n')).take_while(|(one, other)| one == other).count();
    Some(same + 1)
}
