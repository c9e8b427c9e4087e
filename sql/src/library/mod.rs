//! The library: views over the events, and KPIs over the views, each a file of SQL under a header of comments.
//!
//! A file is its relation or KPI by its name. Its header is made of lines `-- key: value` at the top; a line
//! `--   more` goes on with the value above. What follows is one `SELECT`. A view that wants the KPIs that are foretold
//! says `IN ({foretold by the day})`, or by the hour.
//!
//! # Layout
//! * [`header`]: keys and values, and complaints that name the file
//! * [`view`]: relations over the events, in an order in which each comes after those that it reads
//! * [`kpi`]: numerators and denominators, taken apart so that many are answered in one pass

pub mod error;
mod header;
pub mod kpi;
pub mod view;

use std::collections::HashSet;
use std::path::Path;

use tidemark_model::kpi::Grain;

pub use self::error::LibraryError;
pub use self::kpi::{KpiQuery, Source};
pub use self::view::{Keep, Merge, View};

mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// All views and KPIs, checked: every header is complete, every KPI has its own id.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Relations, each after those that it reads.
    pub views: Vec<View>,
    /// KPIs by topic, then id.
    pub kpis: Vec<KpiQuery>,
}

impl Library {
    /// What is embedded, and the KPI files of a folder of the operator's own, where there is one.
    ///
    /// # Errors
    /// A file that cannot be read or understood, by name, with the reason.
    pub fn open(own_kpis: Option<&Path>) -> Result<Self, LibraryError> {
        let own = own_kpis.map(read_folder).transpose()?.unwrap_or_default();
        let embedded = files::KPIS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let kpis = embedded.chain(own).map(|(name, text)| KpiQuery::parse(&name, &text));
        let mut kpis = kpis.collect::<Result<Vec<_>, _>>()?;
        kpis.sort_by(|a, b| (&a.kpi.topic, &a.kpi.id).cmp(&(&b.kpi.topic, &b.kpi.id)));
        let mut ids = HashSet::new();
        if let Some(twice) = kpis.iter().find(|query| !ids.insert(&query.kpi.id)) {
            return Err(LibraryError::Twice { id: twice.kpi.id.clone() });
        }
        let views = files::VIEWS.iter().map(|(name, text)| View::parse(name, &with_foretold(text, &kpis)));
        Ok(Self { views: view::ordered(views.collect::<Result<_, _>>()?)?, kpis })
    }

    /// Whether a KPI comes with the product, and not from an operator's folder.
    #[must_use]
    pub fn embeds(kpi: &str) -> bool {
        files::KPIS.iter().any(|(id, _)| *id == kpi)
    }

    /// A view by its name.
    #[must_use]
    pub fn view(&self, name: &str) -> Option<&View> {
        self.views.iter().find(|view| view.name == name)
    }
}

/// A view's text with the ids of the KPIs that are foretold where it wants them. They stand in the text because cells are
/// found when a statement is planned: a view that learned them from `kpis` would ask for the cells of every KPI.
fn with_foretold(text: &str, kpis: &[KpiQuery]) -> String {
    Grain::ALL.into_iter().fold(text.to_owned(), |text, grain| {
        let foretold = kpis.iter().filter(|query| query.kpi.forecast.contains(&grain));
        let ids: Vec<String> = foretold.map(|query| format!("'{}'", query.kpi.id)).collect();
        // No KPI has an empty id.
        let list = if ids.is_empty() { "''".to_owned() } else { ids.join(", ") };
        text.replace(&format!("{{foretold by the {}}}", grain.name()), &list)
    })
}

/// The `.sql` files of a folder: name without its ending, text.
fn read_folder(folder: &Path) -> Result<Vec<(String, String)>, LibraryError> {
    let unreadable = |path: &Path, source| LibraryError::Unreadable { path: path.display().to_string(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, error))? {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            files.push((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), text));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests;
