//! A year of believable business as Kafka-like records, deterministic by seed, with the exact expected figures.
//!
//! Stands before the record's path: what it makes is what outside producers would send (`events.md`), good and bad,
//! in the order in which it arrives. [`History`] streams the past and knows the [`Truth`] about it; [`Present`]
//! goes on with it without end; [`Live`] is load at a steady rate.
//!
//! # Layout (also the reading order)
//! * [`plan`], [`record`]: what callers give and get
//! * `world`, `calendar`, `incident`, `forwarder`, `rules`: what is fixed before the first event
//! * `invoice`, `usage`, `session`, `device`, `ticket`, `user`, `quality`: who makes events
//! * `kind`, `json`, `envelope`, `sink`, `disorder`, `malformed`: how an event becomes records
//! * `producers`, `arrivals`: a day of everybody, and the order in which it arrives
//! * [`history`], [`present`], [`live`], [`truth`]: the past, what follows it, load, the figures

mod arrivals;
mod calendar;
mod clock;
mod device;
mod disorder;
mod envelope;
mod fields;
mod forwarder;
pub mod history;
mod incident;
mod invoice;
mod json;
mod kind;
pub mod live;
mod malformed;
pub mod plan;
pub mod present;
mod producers;
mod quality;
pub mod record;
mod rng;
mod rules;
mod session;
mod sink;
mod ticket;
pub mod truth;
mod usage;
mod user;
mod world;

pub use history::History;
pub use live::Live;
pub use plan::Plan;
pub use present::Present;
pub use record::Record;
pub use truth::Truth;
