//! Reports that come by themselves: on the first working day of each city, by its own clock, the month that is over is
//! written into a folder, for the city and in its language. A service that was stopped on that day writes it when it runs
//! again, within the month; earlier months are for `tidemark report`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use tidemark_model::city::{CITIES, City};
use tidemark_model::month::Month;
use tidemark_model::port::Reports;
use tidemark_model::principal::Principal;
use tidemark_model::report::{Language, ReportFormat, ReportRequest};
use tokio_util::sync::CancellationToken;

use crate::config;

/// How often the clocks of the cities are looked at.
const LOOK_INTERVAL: Duration = Duration::from_secs(1_800);
/// The forms that are written.
const FORMATS: [ReportFormat; 1] = [ReportFormat::Xlsx];
/// The report that each city gets.
const KIND: &str = "cost-allocation";

/// What is written where, for whom.
#[derive(Debug)]
pub(crate) struct Schedule {
    folder: PathBuf,
    by: Principal,
}

impl Schedule {
    /// The schedule of a configuration, where it names a folder.
    pub(crate) fn of(config: &config::Reports) -> Option<Self> {
        let folder = config.folder.clone()?;
        Some(Self { folder, by: Principal::named(config.principal.as_str()) })
    }

    /// Writes what is due whenever it is, until stopped.
    pub(crate) async fn run(self, reports: Arc<dyn Reports>, stop: CancellationToken) {
        loop {
            for (city, month) in due(Utc::now()) {
                for format in FORMATS {
                    if let Err(error) = self.write(reports.as_ref(), city, (month, format)).await {
                        tracing::warn!(city = city.code, %month, "a scheduled report was not written: {error:#}");
                    }
                }
            }
            if stop.run_until_cancelled(tokio::time::sleep(LOOK_INTERVAL)).await.is_none() {
                return;
            }
        }
    }

    /// Writes one file, unless it is there. It gets its name when it is whole.
    async fn write(&self, reports: &dyn Reports, city: &City, (month, format): (Month, ReportFormat)) -> Result<()> {
        let path = path(&self.folder, city, (month, format));
        if tokio::fs::try_exists(&path).await? {
            return Ok(());
        }
        let (kind, code) = (KIND.to_owned(), Some(city.code.to_owned()));
        let request = ReportRequest { kind, month, city: code, language: language(city) };
        let file = reports.file(&request, format, &self.by).await?;
        let folder = path.parent().context("a report's file has a folder")?;
        tokio::fs::create_dir_all(folder).await?;
        let unfinished = path.with_extension("part");
        tokio::fs::write(&unfinished, &file.bytes).await?;
        tokio::fs::rename(&unfinished, &path).await?;
        tracing::info!(path = %path.display(), "a scheduled report was written");
        Ok(())
    }
}

/// `FOLDER/2026-03/HKG cost-allocation.xlsx`
fn path(folder: &Path, city: &City, (month, format): (Month, ReportFormat)) -> PathBuf {
    folder.join(month.to_string()).join(format!("{} {KIND}.{}", city.code, format.extension()))
}

/// The cities whose last month is due at an instant: from the first working day of the new month on.
fn due(now: DateTime<Utc>) -> Vec<(&'static City, Month)> {
    let of_city = |city: &'static City| {
        let today = city.local_day(now);
        let month = Month::of(today)?;
        (today >= first_working_day(month)).then_some((city, month.previous()?))
    };
    CITIES.iter().filter_map(of_city).collect()
}

/// The first day of a month that is neither Saturday nor Sunday. Public holidays are not known here.
fn first_working_day(month: Month) -> NaiveDate {
    let first = month.first_day();
    let days_off = match first.weekday() {
        Weekday::Sat => 2,
        Weekday::Sun => 1,
        _ => 0,
    };
    first.checked_add_days(Days::new(days_off)).unwrap_or(first)
}

/// The language of a city's people as far as reports have it.
fn language(city: &City) -> Language {
    match city.currency {
        "HKD" | "TWD" => Language::TraditionalChinese,
        "CNY" => Language::SimplifiedChinese,
        _ => Language::English,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due_at(now: &str) -> Vec<String> {
        due(now.parse().unwrap()).iter().map(|(city, month)| format!("{} {month}", city.code)).collect()
    }

    #[test]
    fn a_month_is_due_on_each_citys_first_working_day_by_its_own_clock() {
        // 1 August 2026 is a Saturday: the third is the first working day, which Sydney (UTC+10) sees first.
        assert!(due_at("2026-08-02T13:59:59Z").is_empty());
        assert_eq!(due_at("2026-08-02T14:00:00Z"), ["SYD 2026-07"]);
        assert_eq!(due_at("2026-08-02T15:00:00Z"), ["TYO 2026-07", "SEL 2026-07", "SYD 2026-07"]);
        assert_eq!(due_at("2026-08-02T17:00:00Z").len(), CITIES.len());
    }

    #[test]
    fn what_was_missed_stays_due_until_the_next_month_begins() {
        assert_eq!(due_at("2026-08-31T12:00:00Z").len(), CITIES.len());
        assert!(due_at("2026-08-31T12:00:00Z").iter().all(|due| due.ends_with("2026-07")));
        // 1 January 2027 is a Friday.
        assert!(due_at("2027-01-01T12:00:00Z").contains(&"HKG 2026-12".to_owned()));
    }
}
