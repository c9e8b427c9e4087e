//! People who complain about a rule: when three of them have, about the same version, it is suspended until a person
//! has reviewed it. A new version starts with no complaints, for it is what answered them.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Complaint, RuleVersion};

/// How many people must have complained (domain, section 5).
pub const USERS_MIN: usize = 3;

/// A version that is to be suspended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// The version.
    pub rule: RuleVersion,
    /// The first complaint.
    pub first_at: i64,
    /// The complaint that was one too many.
    pub at: i64,
    /// How many complaints there were then.
    pub num_complaints: usize,
    /// How many people had complained then.
    pub num_users: usize,
}

/// The suspensions that complaints demand, by version. Complaints are in the order of time.
#[must_use]
pub fn suspensions(complaints: &[Complaint]) -> Vec<Suspension> {
    let mut by_version: BTreeMap<&RuleVersion, Vec<&Complaint>> = BTreeMap::new();
    for complaint in complaints {
        by_version.entry(&complaint.rule).or_default().push(complaint);
    }
    by_version.into_values().filter_map(|complaints| suspension(&complaints)).collect()
}

fn suspension(complaints: &[&Complaint]) -> Option<Suspension> {
    let first = complaints.first()?;
    let mut users = BTreeSet::new();
    for (index, complaint) in complaints.iter().enumerate() {
        users.insert(&complaint.user_id);
        if users.len() >= USERS_MIN {
            return Some(Suspension {
                rule: first.rule.clone(),
                first_at: first.at,
                at: complaint.at,
                num_complaints: index + 1,
                num_users: users.len(),
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(at: i64, version: &str, user: &str) -> Complaint {
        Complaint { event_id: format!("c{at}"), at, rule: RuleVersion::new("R-1", version), user_id: user.to_owned() }
    }

    #[test]
    fn three_people_suspend_a_version_and_one_person_never_does() {
        let told = [complaint(1, "v1", "ada"), complaint(2, "v1", "ada"), complaint(3, "v1", "bob")];
        assert!(suspensions(&told).is_empty());
        let told = [&told[..], &[complaint(4, "v1", "cat"), complaint(5, "v1", "dan")]].concat();
        let expected =
            Suspension { rule: RuleVersion::new("R-1", "v1"), first_at: 1, at: 4, num_complaints: 4, num_users: 3 };
        assert_eq!(suspensions(&told), [expected]);
    }

    #[test]
    fn a_new_version_starts_with_none() {
        let told = [complaint(1, "v1", "ada"), complaint(2, "v1", "bob"), complaint(3, "v2", "cat")];
        assert!(suspensions(&told).is_empty());
    }
}
