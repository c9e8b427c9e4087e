//! The life of an anomaly: what people said about it, and which state follows. Pure: marks in, state out.
//!
//! ```text
//!            acknowledge               resolve
//!   new ─────────────────> acknowledged ───────> resolved
//!    │ ^                        │ ^                 │
//!    │ └─ the mute ends ─ muted ┘ │                 │ reopen
//!    │        (to where it was)   └─────────────────┘
//!    └── false alarm, from every state that is not over; reopen leads back to acknowledged
//! ```
//! A mark is kept as it was made: who, when, what, why. The state is worked out from the marks, so a mark is never
//! changed; a mistake is corrected by another mark.

use tidemark_model::time::{DAY, Micros};

/// Longest span that an anomaly can be muted for. A mute is for what is known and will pass; what never matters is a
/// false alarm.
pub const MUTE_MAX: Micros = 90 * DAY;

/// What somebody says about an anomaly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Somebody looks after it.
    Acknowledge,
    /// Nobody needs to be told until an instant.
    Mute {
        /// That instant.
        until: Micros,
    },
    /// It was real, and is over.
    Resolve,
    /// It was none.
    MarkFalseAlarm,
    /// It is not over after all.
    Reopen,
}

impl Action {
    /// Its name in tables and messages: `false_alarm`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Mute { .. } => "mute",
            Self::Resolve => "resolve",
            Self::MarkFalseAlarm => "false_alarm",
            Self::Reopen => "reopen",
        }
    }

    /// Whether it takes a reason: what hides an anomaly or brings it back has to be explained to others.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Mute { .. } | Self::MarkFalseAlarm | Self::Reopen)
    }
}

/// A recorded mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The anomaly, by [`super::finding::Finding::id`].
    pub anomaly: String,
    /// The principal.
    pub by: String,
    /// When.
    pub at: Micros,
    /// What.
    pub action: Action,
    /// Why; may be empty where [`Action::needs_reason`] says no.
    pub reason: String,
}

/// How an anomaly stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has said anything.
    New,
    /// Somebody looks after it.
    Acknowledged,
    /// Nobody is told until an instant.
    Muted {
        /// That instant (excluded).
        until: Micros,
    },
    /// It was real, and is over.
    Resolved,
    /// It was none.
    FalseAlarm,
}

impl State {
    /// Its name in tables and messages: `false_alarm`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acknowledged => "acknowledged",
            Self::Muted { .. } => "muted",
            Self::Resolved => "resolved",
            Self::FalseAlarm => "false_alarm",
        }
    }

    /// Whether nothing more is to be done.
    #[must_use]
    pub const fn over(self) -> bool {
        matches!(self, Self::Resolved | Self::FalseAlarm)
    }
}

/// Why a mark is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is over: nothing but reopening it makes sense.
    #[error("the anomaly is {}: reopen it first", .0.name())]
    Over(State),
    /// It already stands so, or there is nothing to reopen.
    #[error("the anomaly is {} already: \"{}\" would change nothing", .state.name(), .action.name())]
    Unchanged {
        /// How it stands.
        state: State,
        /// What was asked for.
        action: Action,
    },
    /// A mute that ends before it begins, or too late.
    #[error("a mute ends after it begins, and within 90 days: name an earlier or later end")]
    MuteSpan,
    /// Nobody said why.
    #[error("\"{}\" needs a reason: say why, for those who look at it later", .0.name())]
    NoReason(Action),
    /// Nobody signed.
    #[error("a mark needs the principal who makes it")]
    NoPrincipal,
    /// It is older than the last mark.
    #[error("the mark is older than the last one on this anomaly: read the anomaly again")]
    OutOfOrder,
    /// It is of another anomaly.
    #[error("the mark is of the anomaly \"{0}\", not of this one")]
    OtherAnomaly(String),
}

/// The marks of one anomaly, in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    anomaly: String,
    marks: Vec<Mark>,
    /// The state without regard to a mute.
    base: State,
    muted_until: Option<Micros>,
}

impl Life {
    /// An anomaly about which nobody has said anything.
    #[must_use]
    pub const fn new(anomaly: String) -> Self {
        Self { anomaly, marks: Vec::new(), base: State::New, muted_until: None }
    }

    /// Takes all marks that can be taken, and gives back the others with why not.
    #[must_use]
    pub fn replay(anomaly: String, marks: impl IntoIterator<Item = Mark>) -> (Self, Vec<(Mark, Refusal)>) {
        let mut life = Self::new(anomaly);
        let mut refused = Vec::new();
        for mark in marks {
            if let Err(refusal) = life.check(&mark) {
                refused.push((mark, refusal));
            } else {
                life.apply(mark);
            }
        }
        (life, refused)
    }

    /// Takes a mark, or says why not; then nothing has changed.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn take(&mut self, mark: Mark) -> Result<(), Refusal> {
        self.check(&mark)?;
        self.apply(mark);
        Ok(())
    }

    /// How it stands at an instant not before the last mark.
    #[must_use]
    pub fn state(&self, now: Micros) -> State {
        match self.muted_until {
            Some(until) if now < until => State::Muted { until },
            _ => self.base,
        }
    }

    /// How it stands once no mute holds.
    #[must_use]
    pub const fn unmuted(&self) -> State {
        self.base
    }

    /// The marks that were taken, the earliest first.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Whether a mark would be taken.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check(&self, mark: &Mark) -> Result<(), Refusal> {
        if mark.anomaly != self.anomaly {
            return Err(Refusal::OtherAnomaly(mark.anomaly.clone()));
        }
        if mark.by.trim().is_empty() {
            return Err(Refusal::NoPrincipal);
        }
        if self.marks.last().is_some_and(|last| mark.at < last.at) {
            return Err(Refusal::OutOfOrder);
        }
        if mark.action.needs_reason() && mark.reason.trim().is_empty() {
            return Err(Refusal::NoReason(mark.action));
        }
        check_step(self.state(mark.at), mark)
    }

    fn apply(&mut self, mark: Mark) {
        match mark.action {
            Action::Mute { until } => self.muted_until = Some(until),
            action => {
                self.muted_until = None;
                self.base = match action {
                    Action::Resolve => State::Resolved,
                    Action::MarkFalseAlarm => State::FalseAlarm,
                    _ => State::Acknowledged,
                };
            }
        }
        self.marks.push(mark);
    }
}

fn check_step(state: State, mark: &Mark) -> Result<(), Refusal> {
    let reopens = mark.action == Action::Reopen;
    if state.over() {
        return if reopens { Ok(()) } else { Err(Refusal::Over(state)) };
    }
    if let Action::Mute { until } = mark.action {
        let span = until.saturating_sub(mark.at);
        if !(0 < span && span <= MUTE_MAX) {
            return Err(Refusal::MuteSpan);
        }
    }
    let same = match mark.action {
        Action::Acknowledge => state == State::Acknowledged,
        Action::Mute { until } => state == State::Muted { until },
        Action::Resolve | Action::MarkFalseAlarm => false,
        Action::Reopen => true,
    };
    if same { Err(Refusal::Unchanged { state, action: mark.action }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn mark(at: Micros, action: Action) -> Mark {
        Mark { anomaly: "an-1".to_owned(), by: "ada".to_owned(), at, action, reason: "known".to_owned() }
    }

    fn after(marks: &[(Micros, Action)]) -> Life {
        let mut life = Life::new("an-1".to_owned());
        for (at, action) in marks {
            life.take(mark(*at, *action)).unwrap();
        }
        life
    }

    #[test]
    fn an_anomaly_is_looked_after_and_over() {
        let mut life = after(&[]);
        assert_eq!(life.state(5), State::New);
        life.take(mark(10, Action::Acknowledge)).unwrap();
        assert_eq!(life.state(10), State::Acknowledged);
        life.take(mark(20, Action::Resolve)).unwrap();
        assert_eq!(life.state(20), State::Resolved);
        assert_eq!(life.take(mark(30, Action::Acknowledge)), Err(Refusal::Over(State::Resolved)));
        life.take(mark(30, Action::Reopen)).unwrap();
        assert_eq!(life.state(30), State::Acknowledged);
    }

    #[test]
    fn a_mute_ends_where_it_began() {
        assert_eq!(after(&[(10, Action::Mute { until: 20 })]).state(19), State::Muted { until: 20 });
        assert_eq!(after(&[(10, Action::Mute { until: 20 })]).state(20), State::New);
        let known = after(&[(5, Action::Acknowledge), (10, Action::Mute { until: 20 })]);
        assert_eq!(known.state(20), State::Acknowledged);
        // Looking after it again ends the mute at once.
        assert_eq!(
            after(&[(10, Action::Mute { until: 20 }), (12, Action::Acknowledge)]).state(13),
            State::Acknowledged
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        let life = after(&[(10, Action::Acknowledge)]);
        let refused = |at, action| life.check(&mark(at, action)).unwrap_err();
        assert_eq!(refused(9, Action::Resolve), Refusal::OutOfOrder);
        assert_eq!(refused(10, Action::Mute { until: 10 }), Refusal::MuteSpan);
        assert_eq!(refused(10, Action::Mute { until: 11 + MUTE_MAX }), Refusal::MuteSpan);
        let unchanged = |action| Refusal::Unchanged { state: State::Acknowledged, action };
        assert_eq!(refused(10, Action::Acknowledge), unchanged(Action::Acknowledge));
        assert_eq!(refused(10, Action::Reopen), unchanged(Action::Reopen));
        let silent = Mark { reason: " ".to_owned(), ..mark(10, Action::MarkFalseAlarm) };
        assert_eq!(life.check(&silent), Err(Refusal::NoReason(Action::MarkFalseAlarm)));
        assert_eq!(life.check(&Mark { by: String::new(), ..mark(10, Action::Resolve) }), Err(Refusal::NoPrincipal));
        let other = Mark { anomaly: "an-2".to_owned(), ..mark(10, Action::Resolve) };
        assert_eq!(life.check(&other), Err(Refusal::OtherAnomaly("an-2".to_owned())));
        assert_eq!(
            refused(10, Action::Reopen).to_string(),
            "the anomaly is acknowledged already: \"reopen\" would change nothing"
        );
    }

    /// The same rules as a table by state and action: what follows, if anything.
    fn table(state: State, action: Action) -> Option<&'static str> {
        match (state.name(), action.name()) {
            ("resolved" | "false_alarm", "reopen") => Some("acknowledged"),
            ("resolved" | "false_alarm", _) | (_, "reopen") | ("acknowledged", "acknowledge") => None,
            (_, "acknowledge") => Some("acknowledged"),
            (_, "mute") => Some("muted"),
            (_, "resolve") => Some("resolved"),
            (_, _) => Some("false_alarm"),
        }
    }

    fn action() -> impl Strategy<Value = Action> {
        prop_oneof![
            Just(Action::Acknowledge),
            Just(Action::Resolve),
            Just(Action::MarkFalseAlarm),
            Just(Action::Reopen),
            (0..200_i64).prop_map(|until| Action::Mute { until }),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_marked_the_state_is_one_of_the_table(marks in vec((0..100_i64, action()), 0..40)) {
            let mut life = Life::new("an-1".to_owned());
            for (at, action) in marks {
                let (before, state) = (life.clone(), life.state(at));
                match life.take(mark(at, action)) {
                    Ok(()) => prop_assert_eq!(Some(life.state(at).name()), table(state, action)),
                    Err(Refusal::OutOfOrder | Refusal::MuteSpan) => prop_assert_eq!(&life, &before),
                    // The one refusal that the table does not know: the same mute once more.
                    Err(Refusal::Unchanged { state: State::Muted { .. }, action: Action::Mute { .. } }) => {
                        prop_assert_eq!(&life, &before);
                    }
                    Err(_) => {
                        prop_assert_eq!(&life, &before);
                        prop_assert_eq!(table(state, action), None);
                    }
                }
            }
            // Marks that were taken are taken again: what is stored tells the state.
            let (again, refused) = Life::replay("an-1".to_owned(), life.marks().to_vec());
            prop_assert!(refused.is_empty());
            prop_assert_eq!(again, life);
        }
    }
}
