//! The tables of what the platform works out about the future, the unusual and its own rules. Each run of a job is one
//! commit, so that all of it is there or nothing.
//!
//! Rows are never changed or removed: a later row says how it stands now, and views of the library say which is in
//! force. So what was foretold, found or advised on a day can always be read.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimestampMicrosecondType};
use arrow::error::ArrowError;

use crate::kpi::{FIGURE_PRECISION, FIGURE_SCALE};
use crate::schema::{MONTH, column, timestamp};
use crate::time::{month_name, month_of};

/// What was foretold: every making of every forecast.
pub static FORECASTS: ResultTable = ResultTable {
    name: "forecasts",
    bounded_columns: &["made_at", "horizon_at"],
    schema: LazyLock::new(|| schema(forecasts())),
};
/// What capacity and budgets will need, as it was advised with each making of the forecasts.
pub static CAPACITY_ADVICE: ResultTable = ResultTable {
    name: "capacity_advice",
    bounded_columns: &["made_at"],
    schema: LazyLock::new(|| schema(capacity_advice())),
};
/// What was found unusual; a finding that goes on has a row for each time that it was seen to.
pub static ANOMALY_FINDINGS: ResultTable = ResultTable {
    name: "anomaly_findings",
    bounded_columns: &["detected_at", "at"],
    schema: LazyLock::new(|| schema(anomaly_findings())),
};
/// What people said of findings.
pub static ANOMALY_MARKS: ResultTable = ResultTable {
    name: "anomaly_marks",
    bounded_columns: &["marked_at"],
    schema: LazyLock::new(|| schema(anomaly_marks())),
};
/// How experiments stood.
pub static EXPERIMENT_RESULTS: ResultTable = ResultTable {
    name: "experiment_results",
    bounded_columns: &["made_at"],
    schema: LazyLock::new(|| schema(experiment_results())),
};
/// What the rule engine is to be told: the outbox of the topic.
pub static FEEDBACK_MESSAGES: ResultTable = ResultTable {
    name: "feedback_messages",
    bounded_columns: &["made_at", "number"],
    schema: LazyLock::new(|| schema(feedback_messages())),
};
/// What the rule engine was told: messages that Kafka has acknowledged.
pub static FEEDBACK_DELIVERIES: ResultTable = ResultTable {
    name: "feedback_deliveries",
    bounded_columns: &["published_at"],
    schema: LazyLock::new(|| schema(feedback_deliveries())),
};
/// How rules' versions and patterns of corrections stood, each time that one stood otherwise.
pub static RULE_STATES: ResultTable =
    ResultTable { name: "rule_states", bounded_columns: &["made_at"], schema: LazyLock::new(|| schema(rule_states())) };

/// How runs of saved reports went, step by step.
pub static REPORT_STEPS: ResultTable = ResultTable {
    name: "report_steps",
    bounded_columns: &["at", "due_at"],
    schema: LazyLock::new(|| schema(report_steps())),
};

/// Which steps of budgets were passed, each once.
pub static BUDGET_CROSSINGS: ResultTable = ResultTable {
    name: "budget_crossings",
    bounded_columns: &["noticed_at"],
    schema: LazyLock::new(|| schema(budget_crossings())),
};

/// Every table of results.
pub static RESULT_TABLES: [&ResultTable; 10] = [
    &FORECASTS,
    &CAPACITY_ADVICE,
    &ANOMALY_FINDINGS,
    &ANOMALY_MARKS,
    &EXPERIMENT_RESULTS,
    &FEEDBACK_MESSAGES,
    &FEEDBACK_DELIVERIES,
    &RULE_STATES,
    &REPORT_STEPS,
    &BUDGET_CROSSINGS,
];

/// A table of results. Its first column says when a row was made; its last is the month of that, by which the table is
/// partitioned.
#[derive(Debug)]
pub struct ResultTable {
    /// Its name.
    pub name: &'static str,
    /// The columns whose bounds stand in the log; the first says when a row was made.
    pub bounded_columns: &'static [&'static str],
    schema: LazyLock<SchemaRef>,
}

impl ResultTable {
    /// Its columns.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Rows of it from its columns but the last.
    ///
    /// # Errors
    /// Where a column is missing, of another type, or has nulls that it may not have.
    pub fn rows(&self, mut columns: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
        let made_at = columns.first().and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
        let made_at = made_at.ok_or_else(|| ArrowError::SchemaError(format!("{} has no time first", self.name)))?;
        let months = made_at.iter().map(|at| at.map(|at| month_name(month_of(at)))).collect::<StringArray>();
        columns.push(Arc::new(months));
        RecordBatch::try_new(self.schema(), columns)
    }
}

fn schema(columns: Vec<Field>) -> SchemaRef {
    let month =
        column(MONTH, DataType::Utf8, false, "month of the first column in UTC, YYYY-MM; the table's partition");
    Arc::new(Schema::new(columns.into_iter().chain([month]).collect::<Vec<_>>()))
}

fn text(name: &str, comment: &str) -> Field {
    column(name, DataType::Utf8, false, comment)
}

fn perhaps(name: &str, comment: &str) -> Field {
    column(name, DataType::Utf8, true, comment)
}

fn instant(name: &str, comment: &str) -> Field {
    column(name, timestamp(), false, comment)
}

fn number(name: &str, comment: &str) -> Field {
    column(name, DataType::Float64, true, comment)
}

fn figure(name: &str, comment: &str) -> Field {
    column(name, DataType::Decimal128(FIGURE_PRECISION, FIGURE_SCALE), true, comment)
}

fn count(name: &str, comment: &str) -> Field {
    column(name, DataType::Int64, true, comment)
}

fn forecasts() -> Vec<Field> {
    let estimate = |name, comment| column(name, DataType::Float64, false, comment);
    vec![
        instant("made_at", "when the forecast was made, microseconds UTC"),
        text("series", "what is foretold: a KPI, or a series of the platform's own"),
        text("grain", "how long a step is: hour or day"),
        perhaps("city", "city code; null for all cities together"),
        perhaps("forwarder", "forwarder; null for all together"),
        instant("horizon_at", "start of the step: an hour, or a day at midnight UTC for the local day of that date"),
        column("step", DataType::Int32, false, "how many steps after the last one known, from 1"),
        estimate("mean", "what is expected"),
        estimate("lower80", "80 of 100 such steps lie from here to upper80"),
        estimate("upper80", "upper bound of the same"),
        estimate("lower90", "90 of 100 such steps lie from here to upper90"),
        estimate("upper90", "upper bound of the same"),
        estimate("lower95", "95 of 100 such steps lie from here to upper95"),
        estimate("upper95", "upper bound of the same"),
        text("model", "method that did best on this series' own past"),
        number(
            "mape_backtest",
            "mean absolute error by the truth, as it was over that past; null where the truth was 0",
        ),
        number("mase_backtest", "mean absolute error by that of the value one season ago, over the same past"),
    ]
}

fn capacity_advice() -> Vec<Field> {
    vec![
        instant("made_at", "when the advice was given, microseconds UTC"),
        text("resource", "what may not suffice: invoices_per_hour, workers, storage, ai_calls, budget"),
        perhaps("city", "city code; null for all cities together"),
        perhaps("category", "which budget or step; null where there is one only"),
        figure("figure", "what is expected: a peak, a number of workers, a level, a cost by the end of the month"),
        figure("available", "what there is of it; null where none is known"),
        text("unit", "unit of both"),
        number("probability", "how likely the limit is passed within the horizon, 0 to 1; null where none is known"),
        column("earliest", timestamp(), true, "when it is passed if it comes early: before then once in 20 times"),
        column("at", timestamp(), true, "when it is passed, or when the peak comes; null where not within the horizon"),
        column("latest", timestamp(), true, "when it is passed if it comes late: after then once in 20 times"),
        text("status", "fine, warn or act"),
        text("confidence", "how far it can be relied on: low, medium or high"),
        text("reason", "why, in a sentence"),
    ]
}

fn anomaly_findings() -> Vec<Field> {
    vec![
        instant("detected_at", "when this was seen, microseconds UTC"),
        text("anomaly_id", "the anomaly; the same one is the same id however often it is seen"),
        text("series", "what is unusual: a KPI, charges, duplicate_invoices, sign_ins or drift"),
        perhaps("city", "city code; null for all cities together"),
        perhaps("forwarder", "forwarder; null for all together"),
        perhaps("subject", "which one of the series: an invoice, a user, a field; of a KPI the grain, hour or day"),
        instant("at", "when it began"),
        column("until", timestamp(), true, "when it ended; null while it goes on"),
        figure("observed", "what was there"),
        figure("expected", "what was expected"),
        figure("lower", "lower bound of what would not be unusual"),
        figure("upper", "upper bound of the same"),
        number("score", "how unusual: minus the decimal logarithm of the chance to see this when all is well"),
        text("severity", "notice, warn or act"),
        text("kind", "what it is, such as spike, level_shift, decimal_shift, duplicate_invoice or spraying"),
        text("explanation", "what a person can check"),
        figure("money_at_risk", "HKD beyond what is usual; null where it is not about money"),
    ]
}

fn anomaly_marks() -> Vec<Field> {
    vec![
        instant("marked_at", "when it was said, microseconds UTC"),
        text("anomaly_id", "of which anomaly"),
        text("mark", "acknowledge, mute, resolve, false_alarm or reopen"),
        text("state", "how the anomaly stands since, but for a mute: new, acknowledged, resolved or false_alarm"),
        column("muted_until", timestamp(), true, "until when it is muted; null for other marks"),
        text("marked_by", "principal who said it"),
        perhaps("why", "their reason"),
    ]
}

fn experiment_results() -> Vec<Field> {
    vec![
        instant("made_at", "when it was looked at, microseconds UTC"),
        text("experiment", "the experiment"),
        text("metric", "what is compared"),
        text("role", "goal, or guardrail that must not get worse"),
        text("control", "variant that the other is compared with"),
        text("variant", "the other variant"),
        count("control_units", "invoices of the control that have a value"),
        count("variant_units", "invoices of the variant that have one"),
        count("units_needed", "invoices of both that would show the least effect that matters; null where not known"),
        count("crossed_units", "invoices that were seen in several variants, and are in no figure"),
        figure("control_value", "the metric's mean of the control"),
        figure("variant_value", "the metric's mean of the variant"),
        figure("effect", "variant less control"),
        figure("lower", "lower bound of the effect, valid whenever one looks"),
        figure("upper", "upper bound of the same"),
        number("p_value", "always valid: small only where there is an effect; null for a guardrail"),
        text("standing", "the metric alone: better, worse or open of a goal; held, harmed or open of a guardrail"),
        text("verdict", "what the variant comes to, all metrics together"),
        text("reason", "the verdict in a sentence"),
    ]
}

fn feedback_messages() -> Vec<Field> {
    vec![
        instant("made_at", "when the message was made, microseconds UTC"),
        column("number", DataType::Int64, false, "place in the outbox, from 1"),
        text("message_id", "id of the message and of its event; the same evidence has the same id"),
        text("type", "rule.accuracy, rule.promotion_suggested, rule.rollback_advised or rule.suspended"),
        instant("evidence_at", "when the last of the evidence happened"),
        text("rule_id", "the rule; key of the record"),
        text("rule_version", "its version"),
        perhaps("layer", "universal, forwarder or learned"),
        perhaps("forwarder", "forwarder that it is for; null for all"),
        perhaps("field", "field that it reads"),
        column("window_start", timestamp(), true, "from when on the samples were read"),
        column("window_end", timestamp(), true, "until when, excluded"),
        count("samples", "fields that were read and judged in that time"),
        count("correct", "those of them that nobody corrected"),
        number("accuracy", "correct by samples"),
        number("accuracy_before", "the same before the version was promoted"),
        number("interval_low", "lower bound of the accuracy"),
        number("interval_high", "upper bound of the accuracy"),
        count("users", "users who corrected or complained, each once"),
        count("impact_estimate", "past invoices that the rule would have changed"),
        column("needs_review", DataType::Boolean, true, "whether a person must look before anything is done"),
        perhaps("advice", "what to do"),
        perhaps("pattern", "what the corrections have in common, of a suggestion"),
        perhaps("to_version", "version that a rollback leads to"),
        text("reason", "why, in a sentence"),
        text("event", "the whole event, as JSON text"),
    ]
}

fn feedback_deliveries() -> Vec<Field> {
    vec![
        instant("published_at", "when Kafka had acknowledged the message, microseconds UTC"),
        text("message_id", "the message"),
        text("topic", "the topic"),
        column("partition", DataType::Int32, false, "its partition"),
        column("offset", DataType::Int64, false, "offset of the record in it"),
    ]
}

fn rule_states() -> Vec<Field> {
    vec![
        instant("made_at", "when it was seen to stand so, microseconds UTC"),
        text("kind", "version of a rule, or pattern of corrections"),
        perhaps("rule_id", "the rule; null of a pattern"),
        perhaps("rule_version", "its version; null of a pattern"),
        perhaps("layer", "universal, forwarder or learned; null of a pattern"),
        perhaps("forwarder", "forwarder that it is for; null for all"),
        perhaps("field", "field that the version reads or people corrected"),
        perhaps("pattern", "what the corrections have in common; null of a version, and of a pattern that has ended"),
        perhaps("suggestion_id", "id that the message has which suggests a rule for the pattern; null of a version"),
        text(
            "state",
            "of a version: active, watched, warning, rollback_advised, rolled_back, suspended, confirmed or replaced; \
             of a pattern: collecting, ripe or ended",
        ),
        instant("since_at", "since when it stands so; of a pattern that is collecting: its first correction"),
        column("promoted_at", timestamp(), true, "when the version was promoted; null of a pattern"),
        count("users", "users who made the corrections, each once, until there are enough"),
        count("users_needed", "users that a suggestion needs; null of a version"),
        count("corrections", "corrections of the pattern; of a ripe one, those that made it so"),
        perhaps("baseline", "what the version is compared with: version_before, field or nothing"),
        count("samples", "fields that the version read and that were judged within 24 hours of its promotion"),
        count("correct", "those of them that nobody corrected"),
        number("accuracy", "correct by samples"),
        count("samples_before", "fields that it is compared with"),
        number("accuracy_before", "share of those that nobody corrected"),
        count("invoices", "invoices that the samples are of"),
        count(
            "invoices_needed",
            "invoices, those included, that would prove a drop as it looks; null where none would",
        ),
        number("evidence", "evidence that the version reads worse than before, 9999 at most"),
        number("evidence_needed", "evidence that proves it; null of a pattern"),
        perhaps("reason", "how the version reads, in a sentence; null of a pattern"),
    ]
}

fn budget_crossings() -> Vec<Field> {
    vec![
        instant("noticed_at", "when it was noticed, microseconds UTC"),
        text("month", "month of the budget, YYYY-MM"),
        text("city", "city code"),
        text("category", "what the budget is for"),
        column("threshold", DataType::Int64, false, "step that was passed, in percent: 50, 80 or 100"),
        text("currency", "currency of both amounts"),
        figure("budget", "what may be spent"),
        figure("actual", "what was spent when it was noticed"),
        text("basis", "how that was known: allocated or metered"),
    ]
}

fn report_steps() -> Vec<Field> {
    vec![
        instant("at", "when the run came to stand so, microseconds UTC"),
        text("run_id", "the run: its report, and when it was due or asked for"),
        text("name", "the report"),
        text("owner", "principal whose rights the run has"),
        instant("due_at", "when it was due"),
        text("state", "claimed, waiting, made, delivered, undelivered or failed"),
        count("num_rows", "rows of the report; null before it is made"),
        count("num_tries", "how often receivers were told"),
        perhaps("delivered", "places of the destinations that have it, in the definition, with commas"),
        column("next_at", timestamp(), true, "when it looks again for what it is to show, or receivers are told again"),
        perhaps("files", "the files, as JSON text: name, format, media_type, size_bytes, sha256"),
        perhaps("reason", "why it failed, waits, or was not taken"),
    ]
}
