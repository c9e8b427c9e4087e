//! Why a record was refused: a stage and a stable reason code, as the event contract names them.

use std::borrow::Cow;
use std::fmt;

/// Where on its way a record was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Its outer shape or an attribute of the envelope.
    Envelope,
    /// A member of `data` that is not of its type.
    Decode,
    /// A member of `data` that is missing or out of range.
    Validate,
}

impl Stage {
    /// The stage as it stands in the `dead_letters` table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Envelope => "envelope",
            Self::Decode => "decode",
            Self::Validate => "validate",
        }
    }
}

/// The stable code of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The value is no JSON text, or no UTF-8.
    NotJson,
    /// The value is JSON but no object.
    NotObject,
    /// The record is larger than [`crate::limits::RECORD_BYTES_MAX`].
    TooLarge,
    /// The record has no value.
    Empty,
    /// A required member is absent or null.
    Missing(Cow<'static, str>),
    /// A member is of another JSON type.
    Type(Cow<'static, str>),
    /// A number or a length is out of its range.
    Range(Cow<'static, str>),
    /// The type's family belongs to no stream, or to another one.
    UnknownType,
    /// The time is no RFC 3339 instant, lies before 2015 or more than an hour ahead of the broker.
    BadTime,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("not_json"),
            Self::NotObject => f.write_str("not_object"),
            Self::TooLarge => f.write_str("too_large"),
            Self::Empty => f.write_str("empty"),
            Self::Missing(member) => write!(f, "missing:{member}"),
            Self::Type(member) => write!(f, "type:{member}"),
            Self::Range(member) => write!(f, "range:{member}"),
            Self::UnknownType => f.write_str("unknown_type"),
            Self::BadTime => f.write_str("bad_time"),
        }
    }
}

/// A refused record's stage, reason and, where it helps, what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where it was refused.
    pub stage: Stage,
    /// The stable code.
    pub reason: Reason,
    /// What was found, in words.
    pub detail: Option<String>,
}

impl Refusal {
    /// A refusal whose code says it all.
    #[must_use]
    pub const fn new(stage: Stage, reason: Reason) -> Self {
        Self { stage, reason, detail: None }
    }

    /// Adds what was found.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}
