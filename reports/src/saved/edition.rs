//! Saved reports that are reports of the platform: of the month that was over when a run was due. Such a report may come
//! in editions, one a city: each due by the city's own clock and working days, and in its language.

use arrow::array::RecordBatch;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tidemark_model::city::{self, City};
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::month::Month;
use tidemark_model::port::PinnedQueries;
use tidemark_model::report::{Language, ReportFormat, ReportRequest};

use super::definition::{Definition, Format};
use super::files::{File, FileError, csv};
use super::schedule::Timetable;
use super::zone;
use crate::document::{Document, Section};
use crate::scope::Scope;
use crate::{fill, write};

/// One of the documents that a run makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// The city that it is for; `None` of all that the owner may see.
    pub city: Option<&'static City>,
    language: Language,
    zone: Tz,
}

/// An edition that was asked for, to be written as files.
#[derive(Debug)]
pub struct Statement {
    name: String,
    document: Document,
    /// What machines read, where that is wanted.
    rows: Option<Vec<RecordBatch>>,
}

impl Edition {
    /// All editions of a definition. What its check refuses has none.
    #[must_use]
    pub fn all(definition: &Definition) -> Vec<Self> {
        let known = definition.cities.iter().filter_map(|code| city::find(code));
        let of_city =
            |city: &'static City| Self { city: Some(city), language: Language::of_city(city), zone: city.zone };
        let editions: Vec<Self> = known.map(of_city).collect();
        if editions.is_empty() {
            let zone = zone::find(&definition.zone).unwrap_or(Tz::UTC);
            return vec![Self { city: None, language: definition.language, zone }];
        }
        editions
    }

    /// The editions that a run makes: those that are due at its instant, or all where somebody asked for it.
    #[must_use]
    pub fn of_run(definition: &Definition, due_at: DateTime<Utc>) -> Vec<Self> {
        let all = Self::all(definition);
        let is_due = |edition: &&Self| {
            let timetable = Timetable::of_edition(definition, edition.city);
            timetable.is_some_and(|timetable| timetable.has(due_at))
        };
        let due: Vec<Self> = all.iter().filter(is_due).copied().collect();
        if due.is_empty() { all } else { due }
    }

    /// What is asked for: the month that was over at an instant, by the edition's own clock.
    fn request(&self, kind: &str, at: DateTime<Utc>) -> Result<ReportRequest, ServiceError> {
        let month = Month::of(at.with_timezone(&self.zone).date_naive()).and_then(Month::previous);
        let month =
            month.ok_or_else(|| ServiceError::new(ErrorCode::InvalidValue, format!("no month is over at {at}")))?;
        let city = self.city.map(|city| city.code.to_owned());
        Ok(ReportRequest { kind: kind.to_owned(), month, city, language: self.language })
    }

    /// Asks for the edition as of an instant.
    ///
    /// # Errors
    /// As [`fill::document`].
    pub async fn ask(
        &self,
        queries: &dyn PinnedQueries,
        scope: &Scope,
        (definition, due_at): (&Definition, DateTime<Utc>),
    ) -> Result<Statement, ServiceError> {
        let request = self.request(definition.report.as_deref().unwrap_or_default(), due_at)?;
        let document = fill::document(queries, scope, &request).await?;
        let has_rows = definition.formats.contains(&Format::Csv);
        let rows = if has_rows { Some(fill::rows(queries, scope, &request).await?) } else { None };
        let of_city = self.city.map(|city| format!("-{}", city.code)).unwrap_or_default();
        Ok(Statement { name: format!("{}{of_city}", definition.name), document, rows })
    }

    /// The rows of the edition for machines, as of an instant.
    ///
    /// # Errors
    /// As [`fill::rows`].
    pub async fn rows(
        &self,
        queries: &dyn PinnedQueries,
        scope: &Scope,
        (definition, due_at): (&Definition, DateTime<Utc>),
    ) -> Result<Vec<RecordBatch>, ServiceError> {
        let request = self.request(definition.report.as_deref().unwrap_or_default(), due_at)?;
        fill::rows(queries, scope, &request).await
    }
}

impl Statement {
    /// How many rows it has.
    #[must_use]
    pub fn num_rows(&self) -> usize {
        self.document.detail().map_or(0, Section::num_rows)
    }

    /// Writes it in a form. Takes up to seconds of CPU: call it where that holds up nobody.
    ///
    /// # Errors
    /// Where a writer fails; `NoChart` of a picture, which reports of the platform have not.
    pub fn file(&self, format: Format) -> Result<File, FileError> {
        let of_document = |format| Ok::<_, FileError>(write::file(&self.document, format)?.bytes);
        let bytes = match format {
            Format::Xlsx => of_document(ReportFormat::Xlsx)?,
            Format::ExcelCsv => of_document(ReportFormat::ExcelCsv)?,
            Format::Pdf => of_document(ReportFormat::Pdf)?,
            Format::Csv => csv(self.rows.as_deref().unwrap_or_default())?,
            Format::Png => return Err(FileError::NoChart(self.name.clone())),
        };
        Ok(File { name: format!("{}.{}", self.name, format.extension()), format, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saved::definition::from_toml;
    use crate::saved::examples::STATEMENTS;

    fn of_run(due_at: &str) -> Vec<(String, String, Language)> {
        let (definition, due_at) = (from_toml(STATEMENTS).unwrap(), due_at.parse().unwrap());
        let request = |edition: Edition| edition.request("cost-allocation", due_at).unwrap();
        let requests = Edition::of_run(&definition, due_at).into_iter().map(request);
        requests.map(|asked| (asked.city.unwrap_or_default(), asked.month.to_string(), asked.language)).collect()
    }

    #[test]
    fn a_run_makes_the_editions_that_are_due_with_it_for_the_month_that_is_over_there() {
        // Monday 3 August 2026, midnight in China and Hong Kong, whose cities share a clock.
        let (hant, hans) = (Language::TraditionalChinese, Language::SimplifiedChinese);
        let expected =
            [("HKG", hant), ("SIN", Language::English), ("SHA", hans), ("SZX", hans), ("CAN", hans), ("TPE", hant)];
        let expected = expected.map(|(city, language)| (city.to_owned(), "2026-07".to_owned(), language));
        assert_eq!(of_run("2026-08-02T16:00:00Z"), expected);
        // China's first working day of October is the eighth; Hong Kong had it on the second.
        let october: Vec<String> = of_run("2026-10-07T16:00:00Z").into_iter().map(|(city, ..)| city).collect();
        assert_eq!(october, ["SHA", "SZX", "CAN"]);
    }

    #[test]
    fn a_run_that_was_asked_for_makes_all() {
        assert_eq!(of_run("2026-08-17T09:30:00Z").len(), city::CITIES.len());
        // It is September in Sydney already.
        let late = of_run("2026-08-31T15:30:00Z");
        assert_eq!((late[0].1.as_str(), late[10].1.as_str()), ("2026-07", "2026-08"));
    }
}
