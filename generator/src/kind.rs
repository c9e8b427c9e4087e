//! The event types of the contract, as numbers to count by, and the places that events belong to.

use tidemark_model::city::CITIES;
use tidemark_model::stream::Stream;

/// An event type. The order is that of [`NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    SessionRequested,
    SessionStarted,
    SessionEnded,
    SessionFailed,
    DeviceRegistered,
    DeviceOnline,
    DeviceOffline,
    TicketOpened,
    TicketStatusChanged,
    TicketClosed,
    UserLogin,
    UserLoginFailed,
    UserLogout,
    UserActivity,
    UserEnabled,
    UserDisabled,
    InvoiceReceived,
    InvoiceOcrCompleted,
    InvoiceClassified,
    InvoiceExtracted,
    InvoiceReviewed,
    InvoiceFieldCorrected,
    InvoiceEscalated,
    InvoiceCompleted,
    InvoiceFailed,
    InvoiceExported,
    InvoiceFinanceChecked,
    /// Not in the contract: a type of a known family that consumers keep without knowing it.
    InvoiceArchived,
    RulePromoted,
    RuleRolledBack,
    RuleComplaint,
    GoldenEvaluated,
    FeedbackNps,
    UsageRecorded,
}

/// Names of the types, by [`Kind`].
pub(crate) const NAMES: [&str; 34] = [
    "session.requested",
    "session.started",
    "session.ended",
    "session.failed",
    "device.registered",
    "device.online",
    "device.offline",
    "ticket.opened",
    "ticket.status_changed",
    "ticket.closed",
    "user.login",
    "user.login_failed",
    "user.logout",
    "user.activity",
    "user.enabled",
    "user.disabled",
    "invoice.received",
    "invoice.ocr_completed",
    "invoice.classified",
    "invoice.extracted",
    "invoice.reviewed",
    "invoice.field_corrected",
    "invoice.escalated",
    "invoice.completed",
    "invoice.failed",
    "invoice.exported",
    "invoice.finance_checked",
    "invoice.archived",
    "rule.promoted",
    "rule.rolled_back",
    "rule.complaint",
    "golden.evaluated",
    "feedback.nps",
    "usage.recorded",
];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    pub(crate) fn topic(self) -> Stream {
        if (self as usize) < Self::InvoiceReceived as usize {
            Stream::Sessions
        } else if self == Self::UsageRecorded {
            Stream::Usage
        } else {
            Stream::Invoices
        }
    }

    /// The producer's part of `source`, before the place.
    pub(crate) fn producer(self) -> Producer {
        match self {
            Self::UserLogin
            | Self::UserLoginFailed
            | Self::UserLogout
            | Self::UserActivity
            | Self::UserEnabled
            | Self::UserDisabled
            | Self::InvoiceFinanceChecked
            | Self::FeedbackNps => Producer::Workspace,
            Self::RulePromoted | Self::RuleRolledBack | Self::RuleComplaint => Producer::Rules,
            Self::UsageRecorded => Producer::Metering,
            _ if self.topic() == Stream::Sessions => Producer::RemoteSupport,
            _ => Producer::Extraction,
        }
    }
}

/// A kind of producing system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Producer {
    RemoteSupport,
    Workspace,
    Extraction,
    Rules,
    Metering,
}

/// Beginnings of `source`, by [`Producer`].
pub(crate) const PRODUCERS: [&str; 5] =
    ["/remote-support", "/workspace", "/extraction", "/rule-engine", "/metering/agent"];

/// Where an event belongs: a city of the group, a city it does not have, or nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(pub(crate) u8);

impl Place {
    /// How many places there are.
    pub(crate) const COUNT: usize = CITIES.len() + 2;
    /// A code that the group's list does not have.
    pub(crate) const UNKNOWN: Self = Self(CITIES.len() as u8);
    /// No city at all: shared.
    pub(crate) const NONE: Self = Self(CITIES.len() as u8 + 1);

    /// The place of a city, by its index in `CITIES`.
    pub(crate) fn of(city: usize) -> Self {
        Self(city as u8)
    }

    /// Index of the city, if it is one of the group.
    pub(crate) fn city(self) -> Option<usize> {
        Some(usize::from(self.0)).filter(|&index| index < CITIES.len())
    }

    /// Code as events carry it; empty for none.
    pub(crate) fn code(self) -> &'static str {
        match self.city() {
            Some(city) => CITIES[city].code,
            None if self == Self::UNKNOWN => "KUL",
            None => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_kinds() {
        assert_eq!(NAMES.len(), Kind::UsageRecorded as usize + 1);
        assert_eq!(Kind::UserDisabled.name(), "user.disabled");
        assert_eq!(Kind::InvoiceArchived.name(), "invoice.archived");
        assert_eq!(Kind::FeedbackNps.name(), "feedback.nps");
        assert_eq!(Kind::UserDisabled.topic(), Stream::Sessions);
        assert_eq!(Kind::InvoiceReceived.topic(), Stream::Invoices);
    }
}
