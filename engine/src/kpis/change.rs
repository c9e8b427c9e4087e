//! What events that came since can have changed: nothing before the earliest event of anything that they speak of.
//!
//! An invoice, session or ticket settles, starts, ends and closes at the time of one of its own events, so an event
//! changes no cell before its entity's first event. Everything else counts at the time of the event itself.
//! A view that needs more than that (a device's state lasts until the next event, however far) says
//! `history: whole` in its header, and its sources are asked for anew.

use std::collections::{BTreeMap, HashMap, VecDeque};

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::TimestampMicrosecondType;
use chrono::{DateTime, Datelike, SecondsFormat};
use datafusion::common::Result;
use tidemark_model::kpi::Grain;
use tidemark_model::position::TopicPartition;
use tidemark_model::schema::timestamp;
use tidemark_model::stream::Stream;

use crate::catalog::Pinned;

const DAY_US: i64 = 86_400_000_000;
/// How far before an instant the local day or month that it lies in may start, besides the month's own days.
const LOOK_BACK_DAYS: i64 = 2;

/// The offset after the last event, by table and partition.
pub(crate) type Positions = BTreeMap<String, BTreeMap<TopicPartition, i64>>;

/// What may differ between two positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// There are no new events; the kept rows may already know later ones.
    Nothing,
    /// Nothing before this instant, in microseconds since 1970.
    Since(i64),
    /// Anything.
    Everything,
}

/// Events of a table that belong to an entity: a condition, and the column of its id.
type Entity = (&'static str, &'static str);

/// The entities of a table whose events are told by their id. All others count by themselves.
fn entities(table: &str) -> &'static [Entity] {
    if table == Stream::Invoices.table() {
        &[("invoice_id IS NOT NULL", "invoice_id")]
    } else if table == Stream::Sessions.table() {
        &[("type LIKE 'session.%'", "session_id"), ("type LIKE 'ticket.%'", "ticket_id")]
    } else {
        &[]
    }
}

/// The condition that an event belongs to none of a table's entities.
fn by_itself(table: &str) -> String {
    let others = entities(table).iter().map(|(condition, _)| format!(" AND NOT ({condition})"));
    format!("true{}", others.collect::<String>())
}

/// What the events between two positions can have changed in sources over these tables.
pub(super) async fn between(
    pinned: &Pinned,
    touched: &Touched,
    reads: &Reads,
    old: &Positions,
    new: &Positions,
) -> Result<Change> {
    if is_behind(new, old) {
        return Ok(Change::Nothing);
    }
    if reads.whole_history {
        return Ok(Change::Everything);
    }
    let mut earliest = i64::MAX;
    for (table, to) in new {
        let Some(from) = old.get(table) else { return Ok(Change::Everything) };
        match arrived(from, to) {
            None => return Ok(Change::Everything),
            Some(condition) if condition.is_empty() => {}
            Some(condition) => earliest = earliest.min(touched.first(pinned, table, &condition, to).await?),
        }
    }
    Ok(if earliest == i64::MAX { Change::Nothing } else { Change::Since(earliest) })
}

/// Whether nothing is beyond some other positions.
fn is_behind(these: &Positions, others: &Positions) -> bool {
    these.iter().all(|(table, next)| {
        let known = others.get(table);
        next.iter().all(|(of, next)| known.and_then(|known| known.get(of)).is_some_and(|known| known >= next))
            && known.is_some()
    })
}

/// For each table the condition that an event came after the old positions; `None` where all must be looked at.
pub(super) fn arrived_since(old: &Positions, new: &Positions) -> Option<Vec<(String, String)>> {
    let conditions = new.iter().map(|(table, to)| {
        let condition = arrived(old.get(table)?, to)?;
        Some((table.clone(), if condition.is_empty() { "false".to_owned() } else { condition }))
    });
    conditions.collect()
}

/// The condition that an event came after the old positions; empty where none can, `None` where offsets went back.
fn arrived(from: &BTreeMap<TopicPartition, i64>, to: &BTreeMap<TopicPartition, i64>) -> Option<String> {
    if from.iter().any(|(of, old)| to.get(of).is_none_or(|new| new < old)) {
        return None;
    }
    let more = to.iter().filter(|(of, new)| from.get(of) != Some(new)).map(|(of, _)| {
        let (topic, start) = (of.topic.replace('\'', "''"), from.get(of).copied().unwrap_or(0));
        format!("(_topic = '{topic}' AND _partition = {} AND _offset >= {start})", of.partition)
    });
    Some(more.collect::<Vec<_>>().join(" OR "))
}

/// What was found out last: sources that are asked for together mostly stand at the same offsets.
#[derive(Debug, Default)]
pub(super) struct Touched {
    found: tokio::sync::Mutex<VecDeque<(String, i64)>>,
}

impl Touched {
    /// Answers found that are remembered; a query meets at most one a table and start.
    const REMEMBERED: usize = 32;

    /// The time of the first event of anything that the new events speak of. Those who ask for the same wait for one.
    async fn first(
        &self,
        pinned: &Pinned,
        table: &str,
        arrived: &str,
        to: &BTreeMap<TopicPartition, i64>,
    ) -> Result<i64> {
        let key = format!("{table} {arrived} {to:?}");
        let mut found = self.found.lock().await;
        if let Some((_, first)) = found.iter().find(|(known, _)| *known == key) {
            return Ok(*first);
        }
        let first = first_touched(pinned, table, arrived).await?;
        found.truncate(Self::REMEMBERED - 1);
        found.push_front((key, first));
        Ok(first)
    }
}

/// The time of the first event of anything that the new events speak of.
async fn first_touched(pinned: &Pinned, table: &str, arrived: &str) -> Result<i64> {
    let alone = format!("SELECT min(time) AS first FROM {table} WHERE ({arrived}) AND {}", by_itself(table));
    let of_entity = entities(table).iter().map(|(condition, id)| {
        format!(
            "SELECT min(e.time) AS first FROM {table} e LEFT SEMI JOIN \
             (SELECT DISTINCT {id} FROM {table} WHERE ({arrived}) AND {condition}) t ON e.{id} = t.{id} WHERE {condition}"
        )
    });
    let parts: Vec<String> = std::iter::once(alone).chain(of_entity).collect();
    let rows = pinned.rows(&format!("SELECT min(first) FROM ({})", parts.join(" UNION ALL "))).await?;
    let mut first = i64::MAX;
    for batch in rows {
        let times = cast(batch.column(0), &timestamp())?;
        first = times.as_primitive::<TimestampMicrosecondType>().iter().flatten().fold(first, i64::min);
    }
    Ok(first)
}

/// From where on events are needed so that all spans from that of an instant on are complete.
pub(super) fn look_back(instant_us: i64, grain: Grain) -> i64 {
    let start = match grain {
        Grain::Hour | Grain::Day => instant_us,
        Grain::Month => {
            let day = DateTime::from_timestamp_micros(instant_us).map_or(0, |at| i64::from(at.day0()));
            instant_us - day * DAY_US
        }
    };
    start - LOOK_BACK_DAYS * DAY_US
}

/// The same tables with only the events of what had an event since an instant.
pub(super) async fn restricted(pinned: &Pinned, reads: &Reads, since_us: i64) -> Result<Pinned> {
    let since = literal(since_us);
    let mut replaced = HashMap::new();
    for table in &reads.tables {
        let alone = format!("SELECT * FROM {table} WHERE time >= {since} AND {}", by_itself(table));
        let of_entity = entities(table).iter().map(|(condition, id)| {
            format!(
                "SELECT e.* FROM {table} e LEFT SEMI JOIN (SELECT DISTINCT {id} FROM {table} WHERE time >= {since} \
                 AND {condition}) t ON e.{id} = t.{id} WHERE {condition}"
            )
        });
        let parts: Vec<String> = std::iter::once(alone).chain(of_entity).collect();
        replaced.insert(table.clone(), pinned.planned(&parts.join(" UNION ALL ")).await?);
    }
    Ok(pinned.with(replaced))
}

/// An instant as SQL.
pub(super) fn literal(instant_us: i64) -> String {
    let at = DateTime::from_timestamp_micros(instant_us).unwrap_or_default();
    format!("TIMESTAMPTZ '{}'", at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// What a source reads in the end.
#[derive(Debug)]
pub(crate) struct Reads {
    /// Tables of events.
    pub(crate) tables: Vec<String>,
    /// Whether a view on the way needs them as a whole.
    pub(crate) whole_history: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(offsets: &[i64]) -> Positions {
        let of = |partition| TopicPartition { topic: "usage".into(), partition };
        let partitions = (0..).zip(offsets).map(|(partition, next)| (of(partition), *next)).collect();
        Positions::from([("usage_events".to_owned(), partitions)])
    }

    #[test]
    fn positions_are_behind_only_where_nothing_is_beyond() {
        assert!(is_behind(&at(&[3, 5]), &at(&[3, 5])) && is_behind(&at(&[3, 4]), &at(&[3, 5])));
        assert!(!is_behind(&at(&[4, 4]), &at(&[3, 5])) && !is_behind(&at(&[3, 5, 1]), &at(&[3, 5])));
        assert!(!is_behind(&at(&[]), &Positions::new()));
    }
}
