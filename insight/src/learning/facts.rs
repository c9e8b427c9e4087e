//! What the loop is told, as values: readings, corrections, and what happened to rules. Times are microseconds since
//! 1970 in UTC. Who tells it has removed repeats of events; the order in which facts are told never matters.

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600_000_000;
/// Microseconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// A rule's layer, in order of precedence: of the rules that could read a field of a forwarder, the one of the highest
/// layer does (domain, section 5: forwarder over universal, manual over learned).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// For every forwarder.
    Universal,
    /// Learned from corrections, for one forwarder.
    Learned,
    /// Made by a person for one forwarder.
    Forwarder,
}

impl Layer {
    /// The layer of an event's `rule_layer` or `layer`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Universal, Self::Learned, Self::Forwarder].into_iter().find(|layer| layer.name() == name)
    }

    /// Its name in events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Universal => "universal",
            Self::Learned => "learned",
            Self::Forwarder => "forwarder",
        }
    }
}

/// A version of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleVersion {
    /// The rule's id.
    pub rule_id: String,
    /// The version's name, `v{date}-{seq}`.
    pub version: String,
}

impl RuleVersion {
    /// A version by its names.
    #[must_use]
    pub fn new(rule_id: &str, version: &str) -> Self {
        Self { rule_id: rule_id.to_owned(), version: version.to_owned() }
    }
}

/// A field of a settled invoice, as its last extraction read it. One for each invoice and field; a field that no rule
/// read is no reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading<'a> {
    /// The invoice.
    pub invoice_id: &'a str,
    /// Its city.
    pub city: Option<&'a str>,
    /// Its forwarder.
    pub forwarder: Option<&'a str>,
    /// The field's name.
    pub field: &'a str,
    /// The rule that read it.
    pub rule_id: &'a str,
    /// The version of that rule.
    pub version: &'a str,
    /// The layer of that rule.
    pub layer: Layer,
    /// What was read.
    pub value: Option<&'a str>,
    /// What an earlier extraction of the same invoice by another version had read here; `None` where there was none.
    pub replaced: Option<&'a str>,
    /// When it was read.
    pub read_at: i64,
    /// When it became known whether it was right: when the invoice settled, or when the field was first corrected if
    /// that was later.
    pub judged_at: i64,
    /// Whether no person corrected it (exceptions are corrections, too).
    pub correct: bool,
}

/// Whether a correction is to be learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learn {
    /// It is.
    Normal,
    /// The document was unusual.
    Exception,
}

/// `invoice.field_corrected`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The event.
    pub event_id: String,
    /// When.
    pub at: i64,
    /// The invoice.
    pub invoice_id: String,
    /// Its forwarder.
    pub forwarder: Option<String>,
    /// The field.
    pub field: String,
    /// Where or how the person found the value.
    pub pattern: Option<String>,
    /// What was read.
    pub old: Option<String>,
    /// What the person wrote.
    pub new: Option<String>,
    /// Who.
    pub user_id: String,
    /// Whether to learn from it.
    pub learn: Learn,
    /// The rule that had read the field.
    pub rule: Option<RuleVersion>,
}

/// `rule.promoted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// The event.
    pub event_id: String,
    /// When.
    pub at: i64,
    /// The version that applies from then on.
    pub rule: RuleVersion,
    /// The rule's layer.
    pub layer: Layer,
    /// The forwarder, if the rule is for one.
    pub forwarder: Option<String>,
    /// The field that it reads.
    pub field: Option<String>,
    /// How many past invoices it was expected to change.
    pub impact_estimate: Option<u64>,
    /// Whether a person made it.
    pub manual: bool,
}

/// `rule.rolled_back`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// The event.
    pub event_id: String,
    /// When.
    pub at: i64,
    /// The version that was taken back.
    pub rule: RuleVersion,
    /// The version that applies instead.
    pub to_version: Option<String>,
}

/// `rule.complaint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The event.
    pub event_id: String,
    /// When.
    pub at: i64,
    /// What it is about.
    pub rule: RuleVersion,
    /// Who complains.
    pub user_id: String,
}

/// A suggestion that the platform has sent: what was said once is a fact, and keeps it from being said again when a
/// late correction changes which one of a group was the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// The message.
    pub message_id: String,
    /// When its evidence was complete.
    pub at: i64,
    /// The forwarder.
    pub forwarder: String,
    /// The field.
    pub field: String,
    /// The pattern.
    pub pattern: String,
}

/// All facts but the readings, which are many and are told one by one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Corrections by people.
    pub corrections: Vec<Correction>,
    /// Promotions.
    pub promotions: Vec<Promotion>,
    /// Rollbacks.
    pub rollbacks: Vec<Rollback>,
    /// Complaints.
    pub complaints: Vec<Complaint>,
    /// Suggestions that were sent.
    pub suggested: Vec<Suggested>,
}

impl Facts {
    /// The facts up to an instant, each kind by time and then by event, so that the order of telling is forgotten.
    #[must_use]
    pub fn known(mut self, now: i64) -> Self {
        self.corrections.retain(|fact| fact.at <= now);
        self.promotions.retain(|fact| fact.at <= now);
        self.rollbacks.retain(|fact| fact.at <= now);
        self.complaints.retain(|fact| fact.at <= now);
        self.corrections.sort_by(|a, b| (a.at, &a.event_id).cmp(&(b.at, &b.event_id)));
        self.promotions.sort_by(|a, b| (a.at, &a.event_id).cmp(&(b.at, &b.event_id)));
        self.rollbacks.sort_by(|a, b| (a.at, &a.event_id).cmp(&(b.at, &b.event_id)));
        self.complaints.sort_by(|a, b| (a.at, &a.event_id).cmp(&(b.at, &b.event_id)));
        self.suggested.sort_by(|a, b| (a.at, &a.message_id).cmp(&(b.at, &b.message_id)));
        self
    }
}
