//! Streams: a topic of events, the table it lands in, and the event families it carries.

use std::fmt;
use std::str::FromStr;

/// One topic of events and the table that its events land in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// Remote-support sessions, devices, tickets and users.
    Sessions,
    /// Invoices through their life, rules, golden sets and satisfaction scores.
    Invoices,
    /// Metered consumption and its cost.
    Usage,
}

impl Stream {
    /// Every stream, in the order in which they are listed to people.
    pub const ALL: [Self; 3] = [Self::Sessions, Self::Invoices, Self::Usage];

    /// The topic's name, which is also the stem of its files: `invoices`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Invoices => "invoices",
            Self::Usage => "usage",
        }
    }

    /// The table that holds its events: `invoice_events`.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Sessions => "session_events",
            Self::Invoices => "invoice_events",
            Self::Usage => "usage_events",
        }
    }

    /// The first parts of the event types it carries: `invoice` of `invoice.received`.
    #[must_use]
    pub const fn families(self) -> &'static [&'static str] {
        match self {
            Self::Sessions => &["session", "device", "ticket", "user"],
            Self::Invoices => &["invoice", "rule", "golden", "feedback"],
            Self::Usage => &["usage"],
        }
    }

    /// The stream that carries events of this type, by its family.
    #[must_use]
    pub fn of_type(event_type: &str) -> Option<Self> {
        let family = event_type.split_once('.')?.0;
        Self::ALL.into_iter().find(|stream| stream.families().contains(&family))
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no stream has.
#[derive(Debug, thiserror::Error)]
#[error("unknown stream \"{0}\": expected sessions, invoices or usage")]
pub struct UnknownStream(pub String);

impl FromStr for Stream {
    type Err = UnknownStream;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|stream| stream.name() == name).ok_or_else(|| UnknownStream(name.to_owned()))
    }
}
