//! Watches for invoices that were received before. Candidates come from two joins that duplicates cannot fail: the same
//! content, or the same forwarder with as many charges of the same sum. Only of these is read what they say.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::Micros;

use super::Found;
use super::charges::rates;
use super::extractions::{Charges, Fields};
use super::news::News;
use super::span::batch_start;
use crate::anomaly::duplicates::{Invoice, WINDOW, duplicates};
use crate::columns::{instants, texts, value};
use crate::literal::{instant, list};

/// Fields that name an invoice or a shipment.
const KEY_FIELDS: [&str; 7] = [
    "invoice_number",
    "invoice_date",
    "bill_of_lading",
    "house_bill",
    "container_number",
    "booking_number",
    "job_number",
];

/// Events that can make an invoice a duplicate, or say that it is one.
const TYPES: [&str; 3] = ["invoice.received", "invoice.classified", "invoice.extracted"];

/// The watch.
#[derive(Debug, Default)]
pub struct DuplicateWatch {
    batch_start: Option<Micros>,
    news: Option<News>,
}

impl DuplicateWatch {
    /// Looks for duplicates among what was received yesterday and today, where something came.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`]; the next look asks again.
    pub async fn look(
        &mut self,
        queries: &dyn PinnedQueries,
        since_at: Micros,
        now_at: Micros,
    ) -> Result<Vec<Found>, ServiceError> {
        let start = batch_start(self.batch_start, since_at, now_at);
        let news = News::of(queries, "invoice_events", &TYPES, start).await?;
        if self.news.as_ref() == Some(&news) {
            return Ok(vec![]);
        }
        let candidates = candidates(queries, start).await?;
        let mut found = Vec::new();
        if !candidates.is_empty() {
            let answers = invoices(queries, &candidates, start).await?;
            let (invoices, rates) = (read(&answers), rates(queries).await?);
            let news = duplicates(&invoices).into_iter().filter(|of| of.invoice.received_at >= start);
            found.extend(news.map(|of| Found::ended(of.finding(&rates))));
        }
        (self.batch_start, self.news) = (Some(start), Some(news));
        Ok(found)
    }
}

/// New invoices and earlier ones that they may repeat.
async fn candidates(queries: &dyn PinnedQueries, start: Micros) -> Result<BTreeSet<String>, ServiceError> {
    let (start, earliest) = (instant(start), instant(start - WINDOW));
    let same_file = format!(
        "WITH received AS ( \
           SELECT invoice_id, content_sha256, time FROM invoice_events \
           WHERE type = 'invoice.received' AND content_sha256 IS NOT NULL AND time >= {earliest} \
         ) \
         SELECT n.invoice_id, o.invoice_id FROM received n JOIN received o ON o.content_sha256 = n.content_sha256 \
         WHERE n.time >= {start} AND o.invoice_id <> n.invoice_id"
    );
    // A sum is null where there are several currencies: then as many charges of the same forwarder are enough.
    let same_charges = format!(
        "WITH known AS ( \
           SELECT invoice_id, forwarder, charge_lines, received_at, \
             coalesce(CAST(charge_total AS VARCHAR) || ' ' || currency, '') AS total \
           FROM invoice_lives WHERE received_at >= {earliest} AND forwarder IS NOT NULL AND charge_lines > 0 \
         ) \
         SELECT n.invoice_id, o.invoice_id FROM known n \
         JOIN known o ON o.forwarder = n.forwarder AND o.charge_lines = n.charge_lines AND o.total = n.total \
         WHERE n.received_at >= {start} AND o.invoice_id <> n.invoice_id"
    );
    let mut candidates = BTreeSet::new();
    for sql in [same_file, same_charges] {
        for rows in queries.rows(&sql).await? {
            for ids in texts::<2>(&rows)? {
                candidates.extend(ids.iter().flatten().map(str::to_owned));
            }
        }
    }
    Ok(candidates)
}

/// Events of the candidates, as one answer has them.
#[derive(Debug)]
struct Events {
    invoices: StringArray,
    cities: StringArray,
    forwarders: StringArray,
    events: StringArray,
    contents: StringArray,
    at: TimestampMicrosecondArray,
    received_at: TimestampMicrosecondArray,
    fields: Fields,
    charges: Charges,
}

impl Events {
    fn of(rows: &RecordBatch) -> Result<Self, ServiceError> {
        let [invoices, cities, forwarders, events, contents] = texts(rows)?;
        let (at, received_at) = (instants(rows, 5)?, instants(rows, 6)?);
        let (fields, charges) = (Fields::of(rows, 7)?, Charges::of(rows, 8)?);
        Ok(Self { invoices, cities, forwarders, events, contents, at, received_at, fields, charges })
    }
}

async fn invoices(
    queries: &dyn PinnedQueries,
    ids: &BTreeSet<String>,
    start: Micros,
) -> Result<Vec<Events>, ServiceError> {
    let sql = format!(
        "SELECT e.invoice_id, l.city, l.forwarder, e.event_id, e.content_sha256, e.time, l.received_at, e.fields, \
           e.charges \
         FROM invoice_events e JOIN invoice_lives l ON l.invoice_id = e.invoice_id \
         WHERE e.time >= {} AND e.type IN ('invoice.received', 'invoice.extracted') AND l.received_at IS NOT NULL \
           AND e.invoice_id IN ({})",
        instant(start - WINDOW),
        list(ids.iter().map(String::as_str))
    );
    queries.rows(&sql).await?.iter().map(Events::of).collect()
}

/// Each invoice as it was received first and extracted last.
fn read(answers: &[Events]) -> Vec<Invoice<'_>> {
    let mut rows: Vec<(&Events, usize)> =
        answers.iter().flat_map(|answer| (0..answer.invoices.len()).map(move |row| (answer, row))).collect();
    rows.sort_by_key(|(answer, row)| (answer.at.value(*row), answer.events.value(*row)));
    let mut invoices: BTreeMap<&str, Invoice<'_>> = BTreeMap::new();
    for (answer, row) in rows {
        let id = answer.invoices.value(row);
        let invoice = invoices.entry(id).or_insert_with(|| Invoice {
            id,
            city: value(&answer.cities, row).unwrap_or_default(),
            forwarder: value(&answer.forwarders, row),
            received_at: answer.received_at.value(row),
            content_sha256: None,
            charges: Vec::new(),
            key_fields: BTreeMap::new(),
        });
        invoice.content_sha256 = invoice.content_sha256.or_else(|| value(&answer.contents, row));
        let mut fields = answer.fields.of_row(row).peekable();
        // Only extractions have fields.
        if fields.peek().is_some() {
            invoice.key_fields = fields.filter(|(name, _)| KEY_FIELDS.contains(name)).collect();
            let charges = answer.charges.of_row(row);
            invoice.charges = charges.map(|(_, charge)| (charge.code, charge.currency, charge.amount)).collect();
        }
    }
    invoices.into_values().collect()
}

#[cfg(test)]
mod tests;
