//! The learning loop of the mapping rules (domain, section 5): what people's corrections, complaints and the readings
//! themselves say about rules, as messages to the rule engine. Pure: facts in, messages and states out, the same bits
//! for the same facts in any order.
//!
//! # Layout
//! * [`facts`]: what it is told
//! * [`similarity`], [`patterns`], [`impact`]: from corrections to suggestions
//! * [`accuracy`]: how rules read, by day
//! * [`evidence`], [`watch`]: whether a promotion did harm
//! * [`complaints`]: what people say about a rule
//! * [`rule`]: the life of a rule's versions
//! * [`message`], [`reason`], `tell`: what is told, and why
//! * [`learn`], `lives`: all of it together
//! * [`follow`], [`outbox`], [`states`]: beside running events, and what of it is kept

pub mod accuracy;
pub mod ask;
pub mod complaints;
pub mod evidence;
pub mod facts;
pub mod follow;
pub mod impact;
pub mod learn;
mod lives;
pub mod message;
pub mod outbox;
pub mod patterns;
pub mod reason;
pub mod rule;
pub mod similarity;
pub mod states;
mod tell;
pub mod watch;
