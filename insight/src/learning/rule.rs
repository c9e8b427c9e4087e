//! The life of a rule's versions, as a state machine over what happens to them.
//!
//! ```text
//! promoted ──> watched <──> warning            more than 5 points below, not proven
//!                │  │          │ │
//!   24 h over ───┘  └──────────┘ └── 24 h over: stays a warning, the evidence did not suffice
//!       │                │
//!   confirmed      rollback_advised            proven, or twice the impact that was agreed to
//!                        │
//!                   rolled_back
//! ```
//! A complaint too many suspends a version in any state but the last. When another version is promoted, one in good
//! standing is replaced, and kept: the last five can be rolled back to.

use std::collections::BTreeMap;

use super::facts::RuleVersion;

/// How many earlier versions are kept for rollback (domain, section 5).
pub const VERSIONS_KEPT: usize = 5;

/// How a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It applies, and no promotion of it is known: it was there from the start, or a rollback put it back.
    Active,
    /// Promoted less than 24 hours ago.
    Watched,
    /// The plain threshold is crossed, and that is all: the evidence is not sufficient.
    Warning,
    /// It should be rolled back.
    RollbackAdvised,
    /// It was rolled back.
    RolledBack,
    /// People complained: it waits for a person's review.
    Suspended,
    /// Watched for 24 hours without a drop.
    Confirmed,
    /// Another version applies.
    Replaced,
}

impl State {
    /// Its name on boards.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Watched => "watched",
            Self::Warning => "warning",
            Self::RollbackAdvised => "rollback_advised",
            Self::RolledBack => "rolled_back",
            Self::Suspended => "suspended",
            Self::Confirmed => "confirmed",
            Self::Replaced => "replaced",
        }
    }

    /// The state after something happens.
    #[must_use]
    pub const fn after(self, happening: Happening) -> Self {
        match (happening, self) {
            (Happening::Promoted, _) => Self::Watched,
            (Happening::Restored, _) => Self::Active,
            (Happening::RolledBack, _) | (Happening::Complained, Self::RolledBack) => Self::RolledBack,
            (Happening::Complained, _) => Self::Suspended,
            (Happening::Dropped, Self::Watched) => Self::Warning,
            (Happening::Recovered, Self::Warning) => Self::Watched,
            (Happening::Condemned, Self::Active | Self::Watched | Self::Warning | Self::Confirmed) => {
                Self::RollbackAdvised
            }
            (Happening::WatchEnded, Self::Watched) => Self::Confirmed,
            (Happening::Replaced, Self::Active | Self::Watched | Self::Warning | Self::Confirmed) => Self::Replaced,
            (
                Happening::Dropped
                | Happening::Recovered
                | Happening::Condemned
                | Happening::WatchEnded
                | Happening::Replaced,
                state,
            ) => state,
        }
    }

    /// Whether a rollback may lead to a version in this state.
    #[must_use]
    pub const fn is_sound(self) -> bool {
        !matches!(self, Self::RollbackAdvised | Self::RolledBack | Self::Suspended | Self::Warning)
    }
}

/// What can happen to a version. At the same moment they happen in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// Another version was promoted or put back.
    Replaced,
    /// A rollback led back to it.
    Restored,
    /// It was promoted.
    Promoted,
    /// Its accuracy is more than 5 points below the one before.
    Dropped,
    /// No longer.
    Recovered,
    /// The drop is proven, or its impact is more than twice the estimate.
    Condemned,
    /// 24 hours have passed since its promotion.
    WatchEnded,
    /// Enough people have complained.
    Complained,
    /// It was rolled back.
    RolledBack,
}

/// A version, and since when it stands so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The version.
    pub rule: RuleVersion,
    /// How it stands.
    pub state: State,
    /// Since when.
    pub since_at: i64,
    /// The version that a rollback would lead to now.
    pub to_version: Option<String>,
}

/// The life of one rule's versions.
#[derive(Debug, Default)]
pub struct Life {
    rule_id: String,
    /// Versions in the order in which they last came to apply.
    order: Vec<String>,
    states: BTreeMap<String, (State, i64)>,
}

impl Life {
    /// A rule of which nothing is known.
    #[must_use]
    pub fn new(rule_id: &str) -> Self {
        Self { rule_id: rule_id.to_owned(), ..Self::default() }
    }

    /// Lets something happen to a version. A version that comes to apply replaces the one that did.
    pub fn happen(&mut self, at: i64, version: &str, happening: Happening) {
        if matches!(happening, Happening::Promoted | Happening::Restored) {
            if let Some(last) = self.order.last().filter(|last| *last != version).cloned() {
                self.turn(at, &last, Happening::Replaced);
            }
            self.order.retain(|other| other != version);
            self.order.push(version.to_owned());
        } else if !self.order.iter().any(|known| known == version) {
            // It was there before anything is known of it.
            self.order.insert(0, version.to_owned());
        }
        self.turn(at, version, happening);
    }

    fn turn(&mut self, at: i64, version: &str, happening: Happening) {
        let (state, since_at) = self.states.get(version).copied().unwrap_or((State::Active, at));
        let next = state.after(happening);
        self.states.insert(version.to_owned(), (next, if next == state { since_at } else { at }));
    }

    /// How a version stands; one of which nothing is known is active.
    #[must_use]
    pub fn state(&self, version: &str) -> State {
        self.states.get(version).map_or(State::Active, |(state, _)| *state)
    }

    /// The version that a rollback of a version leads to: the last of the five before it that is sound. `None` where
    /// there is none: then the rule goes, and the next layer's reads the field.
    #[must_use]
    pub fn rollback_target(&self, version: &str) -> Option<&str> {
        let position = self.order.iter().position(|known| known == version)?;
        let kept = self.order[..position].iter().rev().take(VERSIONS_KEPT);
        kept.map(String::as_str).find(|name| self.state(name).is_sound())
    }

    /// Every version, in the order in which they came to apply.
    pub fn standings(&self) -> impl Iterator<Item = Standing> {
        self.order.iter().map(|version| {
            let (state, since_at) = self.states.get(version).copied().unwrap_or((State::Active, 0));
            Standing {
                rule: RuleVersion::new(&self.rule_id, version),
                state,
                since_at,
                to_version: self.rollback_target(version).map(str::to_owned),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(happenings: &[(&str, Happening)]) -> Life {
        let mut life = Life::new("R-1");
        for (at, (version, happening)) in (1..).zip(happenings) {
            life.happen(at, version, *happening);
        }
        life
    }

    fn states(life: &Life) -> Vec<(String, State)> {
        life.standings().map(|standing| (standing.rule.version, standing.state)).collect()
    }

    fn named(versions: &[(&str, State)]) -> Vec<(String, State)> {
        versions.iter().map(|(version, state)| ((*version).to_owned(), *state)).collect()
    }

    #[test]
    fn a_quiet_promotion_is_confirmed_and_then_replaced() {
        let life = life(&[("v1", Happening::Promoted), ("v1", Happening::WatchEnded), ("v2", Happening::Promoted)]);
        assert_eq!(states(&life), named(&[("v1", State::Replaced), ("v2", State::Watched)]));
        assert_eq!(life.rollback_target("v2"), Some("v1"));
    }

    #[test]
    fn a_warning_outlives_the_watch_and_a_recovery_ends_it() {
        let warned = life(&[("v1", Happening::Promoted), ("v1", Happening::Dropped), ("v1", Happening::WatchEnded)]);
        assert_eq!(states(&warned), named(&[("v1", State::Warning)]));
        let recovered = life(&[("v1", Happening::Promoted), ("v1", Happening::Dropped), ("v1", Happening::Recovered)]);
        assert_eq!(states(&recovered), named(&[("v1", State::Watched)]));
    }

    #[test]
    fn a_rollback_passes_versions_that_fell_and_goes_no_further_than_five() {
        let mut happenings = vec![];
        for version in ["v1", "v2", "v3", "v4", "v5", "v6", "v7"] {
            happenings.push((version, Happening::Promoted));
            if version != "v1" && version != "v7" {
                happenings.push((version, Happening::Condemned));
            }
        }
        // v2 to v6 are the five kept, and none of them is sound.
        assert_eq!(life(&happenings).rollback_target("v7"), None);
        happenings.retain(|happening| *happening != ("v2", Happening::Condemned));
        assert_eq!(life(&happenings).rollback_target("v7"), Some("v2"));
    }

    #[test]
    fn a_rollback_puts_an_earlier_version_back() {
        let life = life(&[
            ("v1", Happening::Promoted),
            ("v2", Happening::Promoted),
            ("v2", Happening::Condemned),
            ("v2", Happening::RolledBack),
            ("v1", Happening::Restored),
        ]);
        assert_eq!(states(&life), named(&[("v2", State::RolledBack), ("v1", State::Active)]));
    }

    #[test]
    fn a_suspension_holds_until_a_promotion_or_a_rollback() {
        let suspended = State::Watched.after(Happening::Complained);
        for happening in [Happening::Dropped, Happening::Condemned, Happening::WatchEnded, Happening::Replaced] {
            assert_eq!(suspended.after(happening), State::Suspended);
        }
        assert_eq!(suspended.after(Happening::RolledBack), State::RolledBack);
        assert_eq!(State::RolledBack.after(Happening::Complained), State::RolledBack);
    }
}
