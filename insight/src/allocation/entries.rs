//! Finance's files as rows of the table `finance_entries`: what one import lands, all of it in one commit.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::error::ArrowError;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use tidemark_model::amount::{AMOUNT_PRECISION, AMOUNT_SCALE};
use tidemark_model::finance::{FileKind, LandedFile, RefusedRow, SubmittedFile, finance_entries};
use tidemark_model::kpi::Figure;
use tidemark_model::time::Micros;

use super::Policy;
use super::input::{BudgetRow, PlanRow, PoolRow, PriceRow, Problem, Problems, RateRow};
use super::input::{read_budgets, read_plans, read_policy, read_pools, read_prices, read_rates};

/// A file that was read and has no problem.
#[derive(Debug, Clone)]
pub struct ReadFile {
    name: String,
    kind: FileKind,
    sha256: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Pools(Vec<PoolRow>),
    Rates(Vec<RateRow>),
    Budgets(Vec<BudgetRow>),
    Prices(Vec<PriceRow>),
    Plans(Vec<PlanRow>),
    Policy(Box<Policy>, String),
}

/// Who imports, when, and as which import.
#[derive(Debug, Clone)]
pub struct ImportFacts {
    /// Number of the import, from 1.
    pub number: i64,
    /// When.
    pub at: Micros,
    /// The principal.
    pub by: String,
}

impl ReadFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Every problem that it has.
    pub fn read(file: &SubmittedFile) -> Result<Self, Vec<RefusedRow>> {
        let content = Content::read(file.kind, &file.bytes).map_err(|problems| refused(file, problems))?;
        let sha256 = Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { name: file.name.clone(), kind: file.kind, sha256, content })
    }

    /// What of it landed, once it has.
    #[must_use]
    pub fn landed(&self) -> LandedFile {
        LandedFile { kind: self.kind, name: self.name.clone(), num_rows: self.entries().len() }
    }

    /// The policy's version and text, where it is one.
    #[must_use]
    pub fn policy(&self) -> Option<(&str, &str)> {
        match &self.content {
            Content::Policy(policy, document) => Some((&policy.version, document)),
            _ => None,
        }
    }

    /// A problem that it has beside what was imported before; it is of the whole file, so of its first line.
    #[must_use]
    pub fn refused(&self, column: &str, reason: String) -> RefusedRow {
        let (kind, file) = (self.kind, self.name.clone());
        RefusedRow { kind, file, line: 1, column: Some(column.to_owned()), reason }
    }

    fn entries(&self) -> Vec<Entry<'_>> {
        match &self.content {
            Content::Pools(rows) => rows.iter().map(of_pool).collect(),
            Content::Rates(rows) => rows.iter().map(of_rate).collect(),
            Content::Budgets(rows) => rows.iter().map(of_budget).collect(),
            Content::Prices(rows) => rows.iter().map(of_price).collect(),
            Content::Plans(rows) => rows.iter().map(of_plan).collect(),
            Content::Policy(policy, document) => vec![of_policy(policy, document)],
        }
    }
}

impl Content {
    fn read(kind: FileKind, bytes: &[u8]) -> Result<Self, Problems> {
        Ok(match kind {
            FileKind::Pools => Self::Pools(read_pools(bytes)?),
            FileKind::Rates => Self::Rates(read_rates(bytes)?),
            FileKind::Budgets => Self::Budgets(read_budgets(bytes)?),
            FileKind::Prices => Self::Prices(read_prices(bytes)?),
            FileKind::Plans => Self::Plans(read_plans(bytes)?),
            FileKind::Policy => {
                Self::Policy(Box::new(read_policy(bytes)?), String::from_utf8_lossy(bytes).into_owned())
            }
        })
    }
}

fn refused(file: &SubmittedFile, problems: Problems) -> Vec<RefusedRow> {
    let of_file = |Problem { line, place, reason }| RefusedRow {
        kind: file.kind,
        file: file.name.clone(),
        line,
        column: place,
        reason,
    };
    problems.0.into_iter().map(of_file).collect()
}

/// One row of the table, with what its kind has.
#[derive(Debug, Default)]
struct Entry<'a> {
    month: Option<String>,
    effective_from: Option<NaiveDate>,
    pool: Option<&'a str>,
    driver: Option<&'a str>,
    city: Option<&'a str>,
    category: Option<&'a str>,
    service: Option<&'a str>,
    model: Option<&'a str>,
    meter: Option<&'a str>,
    amount: Option<Figure>,
    currency: Option<&'a str>,
    version: Option<&'a str>,
    document: Option<&'a str>,
    tenant: Option<&'a str>,
    quota: Option<Figure>,
}

fn of_pool(row: &PoolRow) -> Entry<'_> {
    Entry {
        month: Some(row.month.to_string()),
        pool: Some(&row.pool),
        driver: Some(row.driver.name()),
        amount: Some(row.amount),
        currency: Some(&row.currency),
        ..Entry::default()
    }
}

fn of_rate(row: &RateRow) -> Entry<'_> {
    Entry {
        month: Some(row.month.to_string()),
        amount: Some(row.rate_to_hkd),
        currency: Some(&row.currency),
        ..Entry::default()
    }
}

fn of_budget(row: &BudgetRow) -> Entry<'_> {
    Entry {
        month: Some(row.month.to_string()),
        city: Some(&row.city),
        category: Some(&row.category),
        amount: Some(row.amount),
        currency: Some(&row.currency),
        ..Entry::default()
    }
}

fn of_price(row: &PriceRow) -> Entry<'_> {
    Entry {
        effective_from: Some(row.effective_from),
        service: Some(&row.service),
        model: row.model.as_deref(),
        meter: Some(&row.meter),
        amount: Some(row.unit_price),
        currency: Some(&row.currency),
        ..Entry::default()
    }
}

fn of_plan(row: &PlanRow) -> Entry<'_> {
    Entry {
        month: Some(row.effective_from.to_string()),
        tenant: row.tenant.as_deref(),
        meter: Some(&row.meter),
        amount: Some(row.included),
        quota: row.quota,
        ..Entry::default()
    }
}

fn of_policy<'a>(policy: &'a Policy, document: &'a str) -> Entry<'a> {
    Entry {
        month: Some(policy.effective_from.to_string()),
        version: Some(&policy.version),
        document: Some(document),
        ..Entry::default()
    }
}

/// The rows that an import of these files lands.
///
/// # Errors
/// Where rows do not fit the table's columns, which is a defect.
pub fn entries(files: &[ReadFile], import: &ImportFacts) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<(&ReadFile, i64, Entry<'_>)> = files
        .iter()
        .flat_map(|file| (1..).zip(file.entries()).map(move |(number, entry)| (file, number, entry)))
        .collect();
    let text = |of: for<'b> fn(&'b Entry<'_>) -> Option<&'b str>| -> ArrayRef {
        Arc::new(rows.iter().map(|(_, _, entry)| of(entry)).collect::<StringArray>())
    };
    let of_file = |of: fn(&ReadFile) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(file, ..)| of(file))))
    };
    let days = rows.iter().map(|(_, _, entry)| entry.effective_from.map(|day| (day - NaiveDate::default()).num_days()));
    let days: Date32Array = days.map(|day| day.and_then(|day| i32::try_from(day).ok())).collect();
    let figures = |of: fn(&Entry<'_>) -> Option<Figure>| -> Result<ArrayRef, ArrowError> {
        let figures: Decimal128Array = rows.iter().map(|(_, _, entry)| of(entry).map(|figure| figure.0)).collect();
        Ok(Arc::new(figures.with_precision_and_scale(AMOUNT_PRECISION, AMOUNT_SCALE)?))
    };
    let columns: Vec<ArrayRef> = vec![
        of_file(|file| file.kind.name()),
        Arc::new(Int64Array::from(vec![import.number; rows.len()])),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|(_, number, _)| *number))),
        text(|entry| entry.month.as_deref()),
        Arc::new(days),
        text(|entry| entry.pool),
        text(|entry| entry.driver),
        text(|entry| entry.city),
        text(|entry| entry.category),
        text(|entry| entry.service),
        text(|entry| entry.model),
        text(|entry| entry.meter),
        figures(|entry| entry.amount)?,
        text(|entry| entry.currency),
        text(|entry| entry.version),
        text(|entry| entry.document),
        of_file(|file| &file.name),
        of_file(|file| &file.sha256),
        Arc::new(TimestampMicrosecondArray::from(vec![import.at; rows.len()]).with_timezone("UTC")),
        Arc::new(StringArray::from(vec![import.by.as_str(); rows.len()])),
        text(|entry| entry.tenant),
        figures(|entry| entry.quota)?,
    ];
    RecordBatch::try_new(finance_entries(), columns)
}
