//! Watches the charges that extractions read: a batch is yesterday's and today's together, so that how many are named is
//! decided over a day's charges and not over a minute's; what is usual is learnt once a day from the 180 days before.

use std::collections::BTreeMap;

use arrow::array::{Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use tidemark_model::error::ServiceError;
use tidemark_model::kpi::Figure;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, Micros};

use super::Found;
use super::extractions::Charges;
use super::lanes::{DESTINATION, ORIGIN, lane, often};
use super::names::Names;
use super::news::News;
use super::span::batch_start;
use crate::anomaly::charges::{Baseline, Line, Rates, judge_batch};
use crate::columns::{figures, instants, text, texts, value};
use crate::literal::instant;

/// How long the past is that says what is usual: prices of a quarter and of the one before.
const PAST: Micros = 180 * DAY;

/// The watch.
#[derive(Debug, Default)]
pub struct ChargeWatch {
    names: Names,
    batch_start: Option<Micros>,
    usual: Option<Baseline<'static>>,
    news: Option<News>,
}

impl ChargeWatch {
    /// Judges the batch anew where an extraction came.
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
        let news = News::of(queries, "invoice_events", &["invoice.extracted"], start).await?;
        if self.news.as_ref() == Some(&news) {
            return Ok(vec![]);
        }
        if self.batch_start != Some(start) || self.usual.is_none() {
            let past = extractions(queries, start - PAST, Some(start)).await?;
            self.usual = Some(learn(&past, &mut self.names));
            self.batch_start = Some(start);
        }
        let batch = extractions(queries, start, None).await?;
        let rates = rates(queries).await?;
        let findings = self.usual.as_ref().map(|usual| judge_batch(usual, &lines(&batch), &rates).findings());
        self.news = Some(news);
        Ok(findings.into_iter().flatten().map(Found::ended).collect())
    }
}

/// What one answer has: the last extraction of each invoice.
#[derive(Debug)]
struct Extractions {
    invoices: StringArray,
    cities: StringArray,
    forwarders: StringArray,
    events: StringArray,
    extracted_at: TimestampMicrosecondArray,
    received_at: TimestampMicrosecondArray,
    charges: Charges,
    lanes: StringArray,
}

impl Extractions {
    fn of(rows: &RecordBatch) -> Result<Self, ServiceError> {
        let [invoices, cities, forwarders, events] = texts(rows)?;
        let (extracted_at, received_at) = (instants(rows, 4)?, instants(rows, 5)?);
        let (charges, origins, destinations) = (Charges::of(rows, 6)?, text(rows, 7)?, text(rows, 8)?);
        let lanes = (0..rows.num_rows()).map(|row| lane(value(&origins, row), value(&destinations, row))).collect();
        Ok(Self { invoices, cities, forwarders, events, extracted_at, received_at, charges, lanes })
    }

    fn lines(&self, row: usize) -> impl Iterator<Item = Line<'_>> {
        let received_at = (!self.received_at.is_null(row)).then(|| self.received_at.value(row));
        let of_invoice = move |line, code, currency, amount| Line {
            invoice_id: self.invoices.value(row),
            line,
            city: value(&self.cities, row).unwrap_or_default(),
            forwarder: self.forwarders.value(row),
            code,
            currency,
            lane: value(&self.lanes, row),
            amount,
            at: received_at.unwrap_or_else(|| self.extracted_at.value(row)),
        };
        let charges = self.charges.of_row(row);
        charges.map(move |(line, charge)| of_invoice(line, charge.code, charge.currency, charge.amount))
    }
}

/// The extractions of classified invoices in a span of time, with the ends of their lanes as they were read, or as
/// people corrected them last since its start, be it after its end. Fields are looked into before the join, so that it
/// carries two texts.
async fn extractions(
    queries: &dyn PinnedQueries,
    from: Micros,
    until: Option<Micros>,
) -> Result<Vec<Extractions>, ServiceError> {
    let until = until.map(|until| format!(" AND e.time < {}", instant(until))).unwrap_or_default();
    let from = instant(from);
    let sql = format!(
        "WITH extracted AS ( \
           SELECT e.invoice_id, e.city, e.event_id, e.time, e.charges, \
             field_value(e.fields, '{ORIGIN}') AS origin, field_value(e.fields, '{DESTINATION}') AS destination \
           FROM invoice_events e \
           WHERE e.type = 'invoice.extracted' AND e.time >= {from}{until} AND e.charges IS NOT NULL \
         ), corrected AS ( \
           SELECT c.invoice_id, \
             last_value(c.new ORDER BY c.time, c.event_id, c.source) FILTER (WHERE c.field = '{ORIGIN}') AS origin, \
             last_value(c.new ORDER BY c.time, c.event_id, c.source) FILTER (WHERE c.field = '{DESTINATION}') \
               AS destination \
           FROM invoice_events c \
           WHERE c.type = 'invoice.field_corrected' AND c.time >= {from} AND c.field IN ('{ORIGIN}', '{DESTINATION}') \
           GROUP BY c.invoice_id \
         ) \
         SELECT e.invoice_id, e.city, l.forwarder, e.event_id, e.time, l.received_at, e.charges, \
           coalesce(c.origin, e.origin) AS origin, coalesce(c.destination, e.destination) AS destination \
         FROM extracted e JOIN invoice_lives l ON l.invoice_id = e.invoice_id \
         LEFT JOIN corrected c ON c.invoice_id = e.invoice_id \
         WHERE l.forwarder IS NOT NULL"
    );
    queries.rows(&sql).await?.iter().map(Extractions::of).collect()
}

/// The charges of the last extraction of each invoice.
fn lines(answers: &[Extractions]) -> Vec<Line<'_>> {
    let mut last: BTreeMap<&str, (Micros, &str, &Extractions, usize)> = BTreeMap::new();
    for answer in answers {
        for row in 0..answer.invoices.len() {
            let of = (answer.extracted_at.value(row), answer.events.value(row), answer, row);
            let known = last.entry(answer.invoices.value(row)).or_insert(of);
            if (known.0, known.1) < (of.0, of.1) {
                *known = of;
            }
        }
    }
    last.into_values().flat_map(|(_, _, answer, row)| answer.lines(row)).collect()
}

fn learn(past: &[Extractions], names: &mut Names) -> Baseline<'static> {
    let mut numbers: BTreeMap<&str, &'static str> = BTreeMap::new();
    let lines = lines(past);
    let lanes = often(&lines);
    let mut history = Vec::with_capacity(lines.len());
    for line in lines {
        let next = numbers.len();
        let invoice_id = *numbers.entry(line.invoice_id).or_insert_with(|| names.number(next));
        history.push(Line {
            invoice_id,
            city: names.keep(line.city),
            forwarder: names.keep(line.forwarder),
            code: names.keep(line.code),
            currency: names.keep(line.currency),
            lane: line.lane.filter(|lane| lanes.contains(lane)).map(|lane| names.keep(lane)),
            ..line
        });
    }
    Baseline::learn(&history)
}

/// HKD for one unit of each currency, as it holds today.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub(super) async fn rates(queries: &dyn PinnedQueries) -> Result<Rates, ServiceError> {
    let sql = "SELECT currency, hkd FROM exchange_rates WHERE valid_from <= CAST(now() AS DATE) \
               AND (valid_until IS NULL OR valid_until > CAST(now() AS DATE))";
    let mut rates = Rates::from([("HKD".to_owned(), Figure(1_000_000_000))]);
    for rows in queries.rows(sql).await? {
        let (currencies, hkd) = (text(&rows, 0)?, figures(&rows, 1)?);
        let stated = (0..rows.num_rows()).filter(|row| !hkd.is_null(*row));
        rates.extend(stated.map(|row| (currencies.value(row).to_owned(), Figure(hkd.value(row)))));
    }
    Ok(rates)
}

#[cfg(test)]
mod tests;
