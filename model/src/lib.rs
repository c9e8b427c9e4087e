//! The vocabulary of Tidemark: what an event is, which columns its table has, what an amount, a city,
//! an offset and a principal are, and the ports through which the doors ask the platform.
//!
//! Pure: no network, no file system, no runtime. Everything else imports this crate; it imports none of them.
//!
//! # Layout (also the reading order)
//! * [`contract`]: event types and their members, as `events.md` fixes them
//! * [`schema`]: the Arrow schema of each table, made from the contract
//! * [`id`]: ids of invoices, sessions, devices, tickets, users and rules, each a type
//! * [`stream`]: topics, their tables and families
//! * [`amount`], [`time`], [`month`], [`city`]: exact money, zoned time, calendar months, city calendars; [`holidays`]:
//!   their days off
//! * [`currency`]: digits of currencies; [`exchange`]: exchange rates that hold until finance states its own; [`finance`]: what finance imports;
//!   [`close`]: how it closes a month
//! * [`insight`]: what is foretold, found unusual, and fed back to the rules
//! * [`report`]: reports, their languages and forms
//! * [`kpi`]: what a KPI is: words, unit, targets, thresholds
//! * [`position`]: partitions, offsets, watermarks
//! * [`dead_letter`]: why a record was refused
//! * [`port`], [`error`], [`principal`], [`limits`]: what the doors see

pub mod amount;
pub mod city;
pub mod close;
pub mod contract;
pub mod currency;
pub mod dead_letter;
pub mod error;
pub mod exchange;
pub mod finance;
pub mod holidays;
pub mod id;
pub mod insight;
pub mod kpi;
pub mod limits;
pub mod month;
pub mod pg_text;
pub mod pg_type;
pub mod port;
pub mod position;
pub mod principal;
pub mod report;
pub mod schema;
pub mod stream;
pub mod time;
