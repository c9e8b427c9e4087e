//! All that people get of a report's month, in one archive: the group's documents and each city's, in every language, as
//! workbook and PDF; the charges by FOCUS; of a closed month the files that were closed. `SHA256SUMS` names the bytes of
//! each, as `sha256sum --check` reads it.
//!
//! Everything in it is of one moment, and what documents have in common is asked once.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread::{self, available_parallelism};

use tidemark_model::close::PREPARE;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::PinnedQueries;
use tidemark_model::report::{Language, ReportFile, ReportFormat, ReportRequest};

use crate::archive::{Entry, archive};
use crate::document::Document;
use crate::error::WriteError;
use crate::fill;
use crate::focus::focus;
use crate::remembered::Remembered;
use crate::scope::Scope;
use crate::value::texts;
use crate::words::is_no_city;
use crate::write::{file, name};

/// What each document is written as.
const FORMS: [ReportFormat; 2] = [ReportFormat::Xlsx, ReportFormat::Pdf];

/// The folder of documents of all cities together; each city's is called by its code.
const GROUP: &str = "all";

/// The file that names the bytes of all others.
const SUMS: &str = "SHA256SUMS";

/// An archive's contents, asked for and not yet written.
#[derive(Debug)]
pub struct Pack {
    title: String,
    documents: Vec<(String, Document)>,
    others: Vec<Entry>,
}

impl Pack {
    /// Asks for the documents of the month in all languages: of the city that is asked for, or of the whole scope and of
    /// each city in it that has a part.
    ///
    /// # Errors
    /// As [`fill::document`] for the whole.
    pub(crate) async fn ask(
        queries: &dyn PinnedQueries,
        scope: &Scope,
        request: &ReportRequest,
    ) -> Result<Self, ServiceError> {
        let queries = Remembered::new(queries);
        let mut documents = of_party(&queries, scope, request).await?;
        for city in cities(&queries, scope, request, &documents).await? {
            let request = ReportRequest { city: Some(city), ..request.clone() };
            match of_party(&queries, scope, &request).await {
                Ok(found) => documents.extend(found),
                Err(error) if error.code == ErrorCode::NothingYet => {}
                Err(error) => return Err(error),
            }
        }
        let mut others = charges(&queries, scope, request).await?;
        if *scope == Scope::Whole && request.city.is_none() {
            others.extend(closed(&queries, request).await?);
        }
        let title = format!("{} {} {}", request.kind, request.month, request.city.as_deref().unwrap_or_default());
        Ok(Self { title: title.trim_end().to_owned(), documents, others })
    }

    /// Writes the documents, on all cores, and the archive of them. The same documents give the same bytes.
    ///
    /// # Errors
    /// Where a writer fails.
    pub(crate) fn write(self) -> Result<ReportFile, WriteError> {
        let mut entries = written(&self.documents)?;
        entries.extend(self.others);
        let sums: String = entries.iter().map(Entry::sum).collect();
        entries.push(Entry { path: SUMS.to_owned(), bytes: sums.into_bytes() });
        let format = ReportFormat::Pack;
        Ok(ReportFile { name: name(&self.title, format), format, bytes: archive(&entries)? })
    }
}

/// The documents that are asked for, in every language, each with its folder.
async fn of_party(
    queries: &dyn PinnedQueries,
    scope: &Scope,
    request: &ReportRequest,
) -> Result<Vec<(String, Document)>, ServiceError> {
    let mut documents = Vec::new();
    for language in Language::ALL {
        let folder = format!("{}/{}", language.tag(), request.city.as_deref().map_or(GROUP.to_owned(), folder_of));
        let request = ReportRequest { language, ..request.clone() };
        documents.push((folder, fill::document(queries, scope, &request).await?));
    }
    Ok(documents)
}

/// A city's code as the name of a folder. Codes come with events: one must neither lead out of the archive nor into
/// another's folder.
fn folder_of(city: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    city.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The cities that may have documents of their own: all that the scope knows or that stand in the documents of all, for
/// an event may name a city that nobody knows. None where one city is asked for.
async fn cities(
    queries: &dyn PinnedQueries,
    scope: &Scope,
    request: &ReportRequest,
    whole: &[(String, Document)],
) -> Result<BTreeSet<String>, ServiceError> {
    if request.city.is_some() {
        return Ok(BTreeSet::new());
    }
    let mut cities = match scope {
        Scope::Cities(cities) => cities.clone(),
        Scope::Whole => texts(&queries.rows("SELECT city FROM cities").await?, 0).into_iter().collect(),
    };
    let named = whole.iter().flat_map(|(_, document)| document.sections.iter().flat_map(|of| of.texts("city")));
    cities.extend(named.filter(|name| !name.is_empty() && !is_no_city(name)));
    Ok(cities)
}

/// The charges by FOCUS, where the report has any: it has no languages.
async fn charges(
    queries: &dyn PinnedQueries,
    scope: &Scope,
    request: &ReportRequest,
) -> Result<Vec<Entry>, ServiceError> {
    if !fill::has_charges(request) {
        return Ok(vec![]);
    }
    let bytes = focus(&fill::focus_rows(queries, scope, request).await?)?;
    Ok(vec![Entry { path: format!("{}.{}", request.month, ReportFormat::Focus.extension()), bytes }])
}

/// The files that were closed, as they are stored; none while the month is open.
async fn closed(queries: &dyn PinnedQueries, request: &ReportRequest) -> Result<Vec<Entry>, ServiceError> {
    let sql = format!(
        "SELECT DISTINCT f.file, f.content FROM finance_closes f JOIN month_closes c ON c.month = f.month AND c.close_id = f.pack \
         WHERE c.month = '{}' AND c.status = 'closed' AND f.kind = '{PREPARE}' ORDER BY f.file",
        request.month
    );
    let rows = queries.rows(&sql).await?;
    let files = texts(&rows, 0).into_iter().zip(texts(&rows, 1));
    Ok(files.map(|(file, content)| Entry { path: format!("closed/{file}"), bytes: content.into_bytes() }).collect())
}

/// Each document in each form. A PDF takes a core some tenths of a second, so every core takes its share of them.
fn written(documents: &[(String, Document)]) -> Result<Vec<Entry>, WriteError> {
    let cores = available_parallelism().map_or(1, NonZero::get);
    let share = documents.len().div_ceil(cores).max(1);
    let forms = |(folder, document): &(String, Document)| -> Vec<Result<Entry, WriteError>> {
        let entry = |file: ReportFile| Entry { path: format!("{folder}/{}", file.name), bytes: file.bytes };
        FORMS.iter().map(|form| file(document, *form).map(entry)).collect()
    };
    let of_share = |share: &[(String, Document)]| share.iter().flat_map(forms).collect::<Result<Vec<_>, _>>();
    thread::scope(|scope| {
        let threads: Vec<_> = documents.chunks(share).map(|share| scope.spawn(move || of_share(share))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        Ok(joined.collect::<Result<Vec<_>, _>>()?.concat())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citys_code_stays_within_its_folder() {
        assert_eq!(["HKG", "../x", "a b"].map(folder_of), ["HKG", "%2E%2E%2Fx", "a%20b"]);
        assert_eq!(folder_of("香"), "%E9%A6%99");
    }
}
