//! Asks the platform for the loop's facts, through the port, in SQL over one statement's view of the events.

use arrow::array::{Array, BooleanArray, RecordBatch, StringArray, TimestampMicrosecondArray};
use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, Micros};

use super::facts::{Complaint, Correction, Facts, Layer, Learn, Promotion, Reading, Rollback, RuleVersion};
use crate::columns::{counts, flags, instants, texts, value};
use crate::literal::{instant, list, quoted};

/// A field may wait so long between its reading and the day on which its invoice settles.
const SETTLES_WITHIN: Micros = 30 * DAY;

/// Readings as columns.
#[derive(Debug, Clone)]
pub struct ReadingRows {
    /// Invoice, field, rule, version, city, forwarder, value, what was replaced, layer.
    texts: [StringArray; 9],
    read_at: TimestampMicrosecondArray,
    judged_at: TimestampMicrosecondArray,
    correct: BooleanArray,
}

impl ReadingRows {
    fn of(rows: &RecordBatch) -> Result<Self, ServiceError> {
        let (read_at, judged_at) = (instants(rows, 9)?, instants(rows, 10)?);
        Ok(Self { texts: texts(rows)?, read_at, judged_at, correct: flags(rows, 11)? })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.correct.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Reading<'_>> {
        (0..self.len()).map(|row| self.reading(row))
    }

    fn reading(&self, row: usize) -> Reading<'_> {
        let [invoice_id, field, rule_id, version, city, forwarder, what, replaced, layer] = &self.texts;
        Reading {
            invoice_id: invoice_id.value(row),
            city: value(city, row),
            forwarder: value(forwarder, row),
            field: field.value(row),
            rule_id: rule_id.value(row),
            version: value(version, row).unwrap_or_default(),
            layer: value(layer, row).and_then(Layer::named).unwrap_or(Layer::Universal),
            value: value(what, row),
            replaced: value(replaced, row),
            read_at: self.read_at.value(row),
            judged_at: self.judged_at.value(row),
            correct: self.correct.value(row),
        }
    }
}

/// Which readings are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Judged from then on; whenever, where it is 0.
    pub judged_from: Micros,
    /// Judged before then, where it is given.
    pub judged_until: Option<Micros>,
    /// Only those of these rules, or of these pairs of forwarder and field; all where both are empty.
    pub rules: Vec<String>,
    /// Forwarders, each with a field.
    pub places: Vec<(String, String)>,
    /// Fields that the rules and pairs are of; all where empty. Others are passed over before anything is compared.
    pub fields: Vec<String>,
}

/// The readings of settled invoices: of each invoice and field what its last extraction read.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn readings(queries: &dyn PinnedQueries, wanted: &Wanted) -> Result<Vec<ReadingRows>, ServiceError> {
    queries.rows(&readings_sql(wanted)).await?.iter().map(ReadingRows::of).collect()
}

fn readings_sql(wanted: &Wanted) -> String {
    let read_from = instant(wanted.judged_from.saturating_sub(SETTLES_WITHIN));
    let judged_from = instant(wanted.judged_from);
    let judged = "CASE WHEN c.at > l.settled_at THEN c.at ELSE l.settled_at END";
    let until = wanted.judged_until.map(|until| format!(" AND {judged} < {}", instant(until))).unwrap_or_default();
    let fields = match wanted.fields.as_slice() {
        [] => String::new(),
        fields => format!(" AND get_field(f, 'name') IN ({})", list(fields)),
    };
    let mut chosen = Vec::new();
    if !wanted.rules.is_empty() {
        chosen.push(format!("p.rule_id IN ({})", list(&wanted.rules)));
    }
    let pair = |(forwarder, field): &(String, String)| {
        format!("(l.forwarder = {} AND p.field = {})", quoted(forwarder), quoted(field))
    };
    chosen.extend(wanted.places.iter().map(pair));
    let chosen = if chosen.is_empty() { String::new() } else { format!(" AND ({})", chosen.join(" OR ")) };
    format!(
        "WITH read AS (
           SELECT invoice_id, city, time, event_id, unnest(fields) AS f
           FROM invoice_events WHERE type = 'invoice.extracted' AND time >= {read_from}
         ), named AS (
           SELECT invoice_id, city, time, event_id, get_field(f, 'name') AS field, get_field(f, 'value') AS value,
             get_field(f, 'rule_id') AS rule_id, get_field(f, 'rule_version') AS rule_version,
             get_field(f, 'rule_layer') AS layer
           FROM read WHERE get_field(f, 'rule_id') IS NOT NULL{fields}
         ), placed AS (
           SELECT *, row_number() OVER w AS nth, lead(value) OVER w AS earlier, lead(rule_id) OVER w AS earlier_rule,
             lead(rule_version) OVER w AS earlier_version
           FROM named WINDOW w AS (PARTITION BY invoice_id, field ORDER BY time DESC, event_id DESC)
         ), corrected AS (
           SELECT invoice_id, field, min(time) AS at
           FROM invoice_events WHERE type = 'invoice.field_corrected' AND time >= {read_from}
           GROUP BY invoice_id, field
         )
         SELECT p.invoice_id, p.field, p.rule_id, p.rule_version, p.city, l.forwarder, p.value,
           CASE WHEN p.earlier_rule <> p.rule_id OR p.earlier_version <> p.rule_version THEN p.earlier END AS replaced,
           p.layer, p.time AS read_at,
           {judged} AS judged_at, c.at IS NULL AS correct
         FROM placed p
         JOIN invoice_lives l ON l.invoice_id = p.invoice_id
         LEFT JOIN corrected c ON c.invoice_id = p.invoice_id AND c.field = p.field
         WHERE p.nth = 1 AND l.settled_at IS NOT NULL
           AND {judged} >= {judged_from}{until}{chosen}"
    )
}

/// All facts but the readings that the platform took in from an instant on; all where none is given.
///
/// # Errors
/// As [`PinnedQueries::rows`].
pub async fn facts(queries: &dyn PinnedQueries, ingested_from: Option<Micros>) -> Result<Facts, ServiceError> {
    let since = ingested_from.map(|from| format!(" AND e._ingested_at >= {}", instant(from))).unwrap_or_default();
    let mut facts = Facts::default();
    let corrections = format!(
        "SELECT e.source || ' ' || e.event_id, e.invoice_id, e.field, e.user_id, l.forwarder, e.pattern, e.old, e.new,
           e.learn, e.rule_id, e.rule_version, e.time
         FROM invoice_events e LEFT JOIN invoice_lives l ON l.invoice_id = e.invoice_id
         WHERE e.type = 'invoice.field_corrected'{since}"
    );
    for rows in queries.rows(&corrections).await? {
        facts.corrections.extend(read_corrections(&rows)?);
    }
    let of_rules = format!(
        "SELECT e.source || ' ' || e.event_id, e.type, e.rule_id, e.rule_version, e.layer, e.forwarder, e.field,
           e.to_version, e.user_id, e.time, e.impact_estimate, e.manual
         FROM invoice_events e
         WHERE e.type IN ('rule.promoted', 'rule.rolled_back', 'rule.complaint'){since}"
    );
    for rows in queries.rows(&of_rules).await? {
        read_changes(&rows, &mut facts)?;
    }
    Ok(facts)
}

fn read_corrections(rows: &RecordBatch) -> Result<Vec<Correction>, ServiceError> {
    let [ids, invoices, fields, users, forwarders, patterns, old, new, learn, rules, versions] = texts(rows)?;
    let at = instants(rows, 11)?;
    let correction = |row: usize| {
        let owned = |column| value(column, row).map(str::to_owned);
        let rule = value(&rules, row).zip(value(&versions, row));
        Correction {
            event_id: ids.value(row).to_owned(),
            at: at.value(row),
            invoice_id: invoices.value(row).to_owned(),
            forwarder: owned(&forwarders),
            field: fields.value(row).to_owned(),
            pattern: owned(&patterns),
            old: owned(&old),
            new: owned(&new),
            user_id: users.value(row).to_owned(),
            learn: if value(&learn, row) == Some("exception") { Learn::Exception } else { Learn::Normal },
            rule: rule.map(|(rule, version)| RuleVersion::new(rule, version)),
        }
    };
    Ok((0..rows.num_rows()).map(correction).collect())
}

fn read_changes(rows: &RecordBatch, facts: &mut Facts) -> Result<(), ServiceError> {
    let [ids, kinds, rules, versions, layers, forwarders, fields, to_versions, users] = texts(rows)?;
    let (at, impacts, manual) = (instants(rows, 9)?, counts(rows, 10)?, flags(rows, 11)?);
    for row in 0..rows.num_rows() {
        let owned = |column| value(column, row).map(str::to_owned);
        let (event_id, at) = (ids.value(row).to_owned(), at.value(row));
        let rule = RuleVersion::new(rules.value(row), versions.value(row));
        match kinds.value(row) {
            "rule.promoted" => facts.promotions.push(Promotion {
                event_id,
                at,
                rule,
                layer: value(&layers, row).and_then(Layer::named).unwrap_or(Layer::Universal),
                forwarder: owned(&forwarders),
                field: owned(&fields),
                impact_estimate: (!impacts.is_null(row)).then(|| impacts.value(row).unsigned_abs()),
                manual: !manual.is_null(row) && manual.value(row),
            }),
            "rule.rolled_back" => {
                facts.rollbacks.push(Rollback { event_id, at, rule, to_version: owned(&to_versions) });
            }
            _ => facts.complaints.push(Complaint { event_id, at, rule, user_id: users.value(row).to_owned() }),
        }
    }
    Ok(())
}
