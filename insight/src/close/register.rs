//! Which steps towards a close were taken, and which may be taken next.

use std::collections::BTreeMap;

use tidemark_model::month::Month;

use super::PackHash;

/// A step that somebody takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody has made a month's pack and stands for it.
    Prepare {
        /// The month.
        month: Month,
        /// The pack.
        pack: PackHash,
        /// The principal.
        by: String,
    },
    /// Somebody else agrees to exactly that pack: the month is closed.
    Approve {
        /// The month.
        month: Month,
        /// The pack.
        pack: PackHash,
        /// The principal.
        by: String,
    },
}

/// How a month stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Its figures follow the events.
    Open,
    /// The same, and a pack of them waits for approval.
    Prepared(Prepared),
    /// Its figures are those of its pack.
    Closed(Closed),
}

/// A pack that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The pack.
    pub pack: PackHash,
    /// Who prepared it.
    pub by: String,
}

/// A close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The pack.
    pub pack: PackHash,
    /// Who prepared it.
    pub prepared_by: String,
    /// Who approved it.
    pub approved_by: String,
}

impl Status {
    /// The month's pack: the one that it was closed with, or that waits for approval.
    #[must_use]
    pub const fn pack(&self) -> Option<PackHash> {
        match self {
            Self::Open => None,
            Self::Prepared(Prepared { pack, .. }) | Self::Closed(Closed { pack, .. }) => Some(*pack),
        }
    }

    /// The pack that the month was closed with.
    #[must_use]
    pub const fn closed_pack(&self) -> Option<PackHash> {
        match self {
            Self::Closed(closed) => Some(closed.pack),
            Self::Open | Self::Prepared(_) => None,
        }
    }
}

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The month is closed; it stays as it is.
    #[error("{0} is closed and stays as it is: what arrives later is booked in the month that is open")]
    IsClosed(Month),
    /// Another month comes first.
    #[error("{next} is the next month to close: months are closed one after the other")]
    OutOfOrder {
        /// That month.
        next: Month,
    },
    /// There is nothing to approve.
    #[error("nobody has prepared {0}: prepare it first")]
    NotPrepared(Month),
    /// It is another pack that waits for approval.
    #[error("{month} was prepared with the pack {prepared}: look at that one, and approve it or prepare another")]
    OtherPack {
        /// The month.
        month: Month,
        /// The pack that waits.
        prepared: PackHash,
    },
    /// One principal cannot do both.
    #[error("{0} prepared the pack: somebody else must approve it")]
    SamePrincipal(String),
}

/// All steps that were taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    prepared: BTreeMap<Month, Prepared>,
    closed: BTreeMap<Month, Closed>,
}

impl Register {
    /// Takes a step, or says why not; then nothing has changed. Preparing again replaces what was prepared.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn take(&mut self, step: Step) -> Result<(), Refusal> {
        match step {
            Step::Prepare { month, pack, by } => {
                self.check_turn(month)?;
                self.prepared.insert(month, Prepared { pack, by });
            }
            Step::Approve { month, pack, by } => {
                self.check_turn(month)?;
                let prepared = self.prepared.get(&month).ok_or(Refusal::NotPrepared(month))?;
                if prepared.pack != pack {
                    return Err(Refusal::OtherPack { month, prepared: prepared.pack });
                }
                if prepared.by == by {
                    return Err(Refusal::SamePrincipal(by));
                }
                let closed = Closed { pack, prepared_by: prepared.by.clone(), approved_by: by };
                self.closed.insert(month, closed);
                // Only this month can have been prepared, unless it is the first of all.
                self.prepared.clear();
            }
        }
        Ok(())
    }

    /// How a month stands.
    #[must_use]
    pub fn status(&self, month: Month) -> Status {
        if let Some(closed) = self.closed.get(&month) {
            return Status::Closed(closed.clone());
        }
        self.prepared.get(&month).map_or(Status::Open, |prepared| Status::Prepared(prepared.clone()))
    }

    /// The closed months, the earliest first.
    pub fn closed(&self) -> impl Iterator<Item = (Month, &Closed)> {
        self.closed.iter().map(|(month, closed)| (*month, closed))
    }

    /// The last close.
    #[must_use]
    pub fn last(&self) -> Option<(Month, &Closed)> {
        self.closed.last_key_value().map(|(month, closed)| (*month, closed))
    }

    /// The month that is closed next and takes adjustments until then; `None` while none was closed, for any month
    /// may be the first.
    #[must_use]
    pub fn next(&self) -> Option<Month> {
        self.last().and_then(|(month, _)| month.next())
    }

    /// Whether a month may be prepared and approved now.
    ///
    /// # Errors
    /// [`Refusal::IsClosed`], [`Refusal::OutOfOrder`].
    pub fn check_turn(&self, month: Month) -> Result<(), Refusal> {
        if self.closed.contains_key(&month) {
            return Err(Refusal::IsClosed(month));
        }
        match self.next() {
            Some(next) if next != month => Err(Refusal::OutOfOrder { next }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn prepare(of: &str, pack: u8, by: &str) -> Step {
        Step::Prepare { month: month(of), pack: PackHash([pack; 32]), by: by.to_owned() }
    }

    fn approve(of: &str, pack: u8, by: &str) -> Step {
        Step::Approve { month: month(of), pack: PackHash([pack; 32]), by: by.to_owned() }
    }

    fn after(steps: &[Step]) -> Register {
        let mut register = Register::default();
        for step in steps {
            register.take(step.clone()).unwrap();
        }
        register
    }

    #[test]
    fn a_month_is_closed_by_two_principals() {
        let mut register = Register::default();
        assert_eq!(register.status(month("2026-03")), Status::Open);
        register.take(prepare("2026-03", 1, "ada")).unwrap();
        let prepared = Prepared { pack: PackHash([1; 32]), by: "ada".to_owned() };
        assert_eq!(register.status(month("2026-03")), Status::Prepared(prepared));
        assert_eq!(register.take(approve("2026-03", 1, "ada")), Err(Refusal::SamePrincipal("ada".to_owned())));
        register.take(approve("2026-03", 1, "bob")).unwrap();
        let closed = Closed { pack: PackHash([1; 32]), prepared_by: "ada".to_owned(), approved_by: "bob".to_owned() };
        assert_eq!(register.status(month("2026-03")), Status::Closed(closed));
        assert_eq!(register.next(), Some(month("2026-04")));
    }

    #[test]
    fn a_closed_month_stays_closed() {
        let mut register = after(&[prepare("2026-03", 1, "ada"), approve("2026-03", 1, "bob")]);
        for step in [prepare("2026-03", 2, "cat"), approve("2026-03", 1, "cat"), approve("2026-03", 2, "cat")] {
            assert_eq!(register.take(step), Err(Refusal::IsClosed(month("2026-03"))));
        }
    }

    #[test]
    fn only_the_pack_that_was_prepared_last_can_be_approved() {
        let mut register = Register::default();
        assert_eq!(register.take(approve("2026-03", 1, "bob")), Err(Refusal::NotPrepared(month("2026-03"))));
        let mut register = after(&[prepare("2026-03", 1, "ada"), prepare("2026-03", 2, "bob")]);
        let other = Refusal::OtherPack { month: month("2026-03"), prepared: PackHash([2; 32]) };
        assert_eq!(register.take(approve("2026-03", 1, "cat")), Err(other));
        assert_eq!(register.take(approve("2026-03", 2, "bob")), Err(Refusal::SamePrincipal("bob".to_owned())));
        register.take(approve("2026-03", 2, "ada")).unwrap();
    }

    #[test]
    fn months_are_closed_one_after_the_other() {
        let mut register = after(&[prepare("2026-03", 1, "ada"), approve("2026-03", 1, "bob")]);
        for of in ["2026-02", "2026-05"] {
            assert_eq!(register.take(prepare(of, 2, "ada")), Err(Refusal::OutOfOrder { next: month("2026-04") }));
        }
        register.take(prepare("2026-04", 2, "ada")).unwrap();
    }

    #[test]
    fn what_was_prepared_beside_the_first_close_waits_no_more() {
        let steps = [prepare("2026-04", 4, "ada"), prepare("2026-03", 3, "ada"), approve("2026-03", 3, "bob")];
        let mut register = after(&steps);
        assert_eq!(register.take(approve("2026-04", 4, "bob")), Err(Refusal::NotPrepared(month("2026-04"))));
    }

    fn step() -> impl Strategy<Value = Step> {
        let month = prop::sample::select(vec!["2026-01", "2026-02", "2026-03"]);
        let by = prop::sample::select(vec!["ada", "bob"]);
        (any::<bool>(), month, 0_u8..2, by).prop_map(|(is_prepare, of, pack, by)| {
            if is_prepare { prepare(of, pack, by) } else { approve(of, pack, by) }
        })
    }

    proptest! {
        #[test]
        fn whatever_is_tried_closes_stay_and_have_two_principals(steps in vec(step(), 0..40)) {
            let mut register = Register::default();
            for step in steps {
                let before = register.clone();
                if register.take(step).is_err() {
                    prop_assert_eq!(&register, &before);
                }
                for (month, closed) in before.closed() {
                    prop_assert_eq!(register.status(month), Status::Closed(closed.clone()));
                }
                prop_assert!(register.closed().all(|(_, closed)| closed.prepared_by != closed.approved_by));
                let months: Vec<Month> = register.closed().map(|(month, _)| month).collect();
                prop_assert!(months.windows(2).all(|pair| pair[0].next() == Some(pair[1])));
            }
        }
    }
}
