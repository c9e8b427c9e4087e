//! Ids of the things that events speak of, each a type of its own: an invoice's id cannot stand where a user's belongs.
//!
//! On the wire and in tables an id is text as its producer made it; the contract says of each such member whose id it
//! is ([`crate::contract::Kind::Id`]), and so does each column's metadata ([`crate::schema::ENTITY`]), so that tools
//! know which columns join.

use std::fmt;

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entity {
    /// A freight invoice.
    Invoice,
    /// A remote-support session.
    Session,
    /// A customer's device.
    Device,
    /// A customer's ticket.
    Ticket,
    /// A person who signs in: clerks, managers, engineers.
    User,
    /// A mapping rule, whatever its version.
    Rule,
}

impl Entity {
    /// Every entity.
    pub const ALL: [Self; 6] = [Self::Invoice, Self::Session, Self::Device, Self::Ticket, Self::User, Self::Rule];

    /// Its name: `invoice`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Session => "session",
            Self::Device => "device",
            Self::Ticket => "ticket",
            Self::User => "user",
            Self::Rule => "rule",
        }
    }

    /// The member and column that holds its id where nothing else is said: `invoice_id`.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::Invoice => "invoice_id",
            Self::Session => "session_id",
            Self::Device => "device_id",
            Self::Ticket => "ticket_id",
            Self::User => "user_id",
            Self::Rule => "rule_id",
        }
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An id of one kind of entity.
pub trait Id: fmt::Display {
    /// What it names.
    const ENTITY: Entity;

    /// Its text.
    fn as_str(&self) -> &str;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $entity:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// An id by its text, which only its producer can judge.
            #[must_use]
            pub fn new(text: impl Into<Box<str>>) -> Self {
                Self(text.into())
            }
        }

        impl Id for $name {
            const ENTITY: Entity = Entity::$entity;

            fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// Id of an invoice.
    InvoiceId = Invoice;
    /// Id of a remote-support session.
    SessionId = Session;
    /// Id of a device.
    DeviceId = Device;
    /// Id of a ticket.
    TicketId = Ticket;
    /// Id of a person.
    UserId = User;
    /// Id of a mapping rule.
    RuleId = Rule;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entitys_column_is_its_name_with_id() {
        for entity in Entity::ALL {
            assert_eq!(entity.column(), format!("{entity}_id"));
        }
    }
}
