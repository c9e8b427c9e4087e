//! Watches once a day whether what is read from documents still looks as it did: of the pairs of forwarder and field that
//! are read most, how sure the readings are, and what the values look like. The last two days, by UTC, beside the 28
//! before them.
//!
//! Of fields that take few values the values are compared, of all others their shapes: letters become `a`, digits `9`.

use std::collections::BTreeMap;

use arrow::array::Array;
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, HOUR, Micros};

use super::Found;
use crate::anomaly::finding::{Finding, Kind, Severity, figure, score};
use crate::columns::{counts, texts, value};
use crate::drift::{Sample, Watched, alarms, compare};
use crate::literal::{instant, list};

/// Days of the reference.
const NUM_DAYS: i64 = 28;

/// Pairs of forwarder and field that are watched, those that are read most.
const NUM_PAIRS: usize = 300;

/// Fields that take few values.
const NAMED: [&str; 6] =
    ["currency", "port_of_loading", "port_of_discharge", "place_of_delivery", "payment_terms", "forwarder_name"];

/// From this index on people should look, by the convention of credit scoring.
const WARN_FROM: f64 = 0.25;

/// The watch.
#[derive(Debug, Default)]
pub struct DriftWatch {
    /// The day, in days since 1970, before whose beginning all was looked at.
    looked_at: Option<i64>,
}

/// What is compared: forwarder, field, and whether it is how sure the readings are or what was read.
type Column = (String, String, &'static str);

/// The reference, the day before the last, and the last day.
type Windows = [Sample; 3];

impl DriftWatch {
    /// Looks at the day that has ended, once.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`]; the next look asks again.
    pub async fn look(&mut self, queries: &dyn PinnedQueries, now_at: Micros) -> Result<Vec<Found>, ServiceError> {
        // An hour later, so that what was on its way is there.
        let today = (now_at - HOUR).div_euclid(DAY);
        if self.looked_at == Some(today) {
            return Ok(vec![]);
        }
        let columns = ask(queries, today * DAY).await?;
        self.looked_at = Some(today);
        Ok(findings(&columns, today * DAY))
    }
}

async fn ask(queries: &dyn PinnedQueries, until: Micros) -> Result<BTreeMap<Column, Windows>, ServiceError> {
    let mut columns: BTreeMap<Column, Windows> = BTreeMap::new();
    for rows in queries.rows(&sql(until)).await? {
        let [forwarders, fields, values] = texts(&rows)?;
        let (twentieths, windows, nums) = (counts(&rows, 3)?, counts(&rows, 4)?, counts(&rows, 5)?);
        for row in 0..rows.num_rows() {
            let num = nums.value(row).unsigned_abs();
            let sure = (!twentieths.is_null(row)).then(|| twentieth(twentieths.value(row)));
            for (what, label) in [("confidence", sure.as_deref()), ("values", value(&values, row))] {
                let column = (forwarders.value(row).to_owned(), fields.value(row).to_owned(), what);
                let windows_of = columns.entry(column).or_default();
                if let Some(sample) = usize::try_from(windows.value(row)).ok().and_then(|at| windows_of.get_mut(at)) {
                    add(sample, label, num);
                }
            }
        }
    }
    Ok(columns)
}

fn add(sample: &mut Sample, label: Option<&str>, num: u64) {
    match label {
        None | Some("") => sample.num_missing += num,
        Some(label) => *sample.counts.entry(label.to_owned()).or_default() += num,
    }
}

/// The bin of a confidence, as samples have it.
fn twentieth(nth: i64) -> String {
    format!("{:.2}-{:.2}", nth as f64 / 20.0, (nth + 1) as f64 / 20.0)
}

/// How often each value or shape was read with a confidence of each twentieth, in the three windows.
fn sql(until: Micros) -> String {
    let named = list(NAMED);
    let [from, day_before, last_day, until] = [NUM_DAYS + 2, 2, 1, 0].map(|days| instant(until - days * DAY));
    format!(
        "WITH read AS ( \
           SELECT invoice_id, time, unnest(fields) AS f FROM invoice_events \
           WHERE type = 'invoice.extracted' AND time >= {from} AND time < {until} \
         ), named AS ( \
           SELECT l.forwarder, get_field(r.f, 'name') AS field, get_field(r.f, 'value') AS value, \
             get_field(r.f, 'confidence') AS confidence, \
             CASE WHEN r.time < {day_before} THEN 0 WHEN r.time < {last_day} THEN 1 ELSE 2 END AS nth \
           FROM read r JOIN invoice_lives l ON l.invoice_id = r.invoice_id WHERE l.forwarder IS NOT NULL \
         ), most AS ( \
           SELECT forwarder, field FROM named GROUP BY forwarder, field \
           ORDER BY count(*) DESC, forwarder, field LIMIT {NUM_PAIRS} \
         ) \
         SELECT n.forwarder, n.field, \
           CASE WHEN n.field IN ({named}) THEN n.value ELSE substr(regexp_replace(regexp_replace(n.value, \
             '\\p{{L}}+', 'a', 'g'), '[0-9]+', '9', 'g'), 1, 40) END AS looks, \
           CAST(least(floor(n.confidence * 20), 19) AS BIGINT) AS twentieth, \
           CAST(n.nth AS BIGINT) AS nth, count(*) AS num \
         FROM named n JOIN most m ON m.forwarder = n.forwarder AND m.field = n.field \
         GROUP BY 1, 2, 3, 4, 5"
    )
}

fn findings(columns: &BTreeMap<Column, Windows>, until: Micros) -> Vec<Found> {
    let mut watched = Vec::new();
    let mut of_column = BTreeMap::new();
    for ((forwarder, field, what), [reference, before, last]) in columns {
        let name = format!("{what} of {field}, {forwarder}");
        if let Some((before, last)) = compare(reference, before).zip(compare(reference, last)) {
            of_column.insert(name.clone(), (forwarder, format!("{what} of {field}")));
            watched.push(Watched { column: name, before, last });
        }
    }
    let place = |column: &str| of_column.get(column);
    alarms(&watched).into_iter().filter_map(|of| Some(finding(of, place(&of.column)?, until))).collect()
}

fn finding(drifted: &Watched, (forwarder, subject): &(&String, String), until: Micros) -> Found {
    let last = &drifted.last;
    let is_large = last.stability_index >= WARN_FROM;
    Found::ended(Finding {
        series: "drift".to_owned(),
        subject: subject.clone(),
        city: None,
        forwarder: Some((*forwarder).clone()),
        // Both days drifted; the next day's finding overlaps with this one and is the same anomaly.
        at: until - 2 * DAY,
        to: until,
        observed: figure(last.stability_index),
        expected: None,
        lower: None,
        upper: Some(figure(last.bound)),
        score: score(last.p_value),
        severity: if is_large { Severity::Warn } else { Severity::Notice },
        kind: Kind::Drift,
        explanation: last.words(&drifted.column),
        money_at_risk: None,
    })
}

#[cfg(test)]
mod tests;
