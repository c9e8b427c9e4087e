//! Corrections that say the same: grouped by forwarder, field and likeness of their patterns, until enough people have
//! made them that a rule is worth suggesting.
//!
//! A group's centre is its first correction (by time, then by event); a later one joins the oldest group whose centre
//! it is like, or opens one. A centre never moves, so that a group cannot drift from pattern to pattern. A promotion
//! for the forwarder's field, or of a universal rule for the field, ends all its groups: what people correct from then
//! on is about the new rule.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Correction, Facts, Learn, Promotion, RuleVersion};
use super::similarity::alike;

/// How many people must have made a correction (domain, section 5).
pub const USERS_MIN: usize = 3;

/// A group of corrections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The forwarder of all.
    pub forwarder: String,
    /// The field of all.
    pub field: String,
    /// The pattern of the first.
    pub centre: String,
    /// The event of the last promotion before them; none while there was none.
    pub after_promotion: Option<String>,
    /// When the first was made.
    pub first_at: i64,
    /// Who made them.
    pub users: BTreeSet<String>,
    /// How many there are.
    pub num_corrections: usize,
    /// What they were when enough people had made them.
    pub ripe: Option<Ripe>,
    /// Whether a suggestion like it was sent.
    pub suggested: bool,
    /// Whether a later promotion has ended it.
    pub ended: bool,
}

/// A group at the moment when a suggestion is due. What is corrected later changes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ripe {
    /// That moment.
    pub at: i64,
    /// How many corrections there were then.
    pub num_corrections: usize,
    /// The corrected invoices.
    pub invoices: BTreeSet<String>,
    /// What had been read wrongly.
    pub misread: BTreeSet<String>,
    /// The rule that had read it, by the last correction that names one.
    pub rule: Option<RuleVersion>,
}

/// One time between promotions of one forwarder's field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    forwarder: String,
    field: String,
    /// Time and event of the promotion that began it.
    began: Option<(i64, String)>,
}

/// All groups, by forwarder, field and time. The facts are [`Facts::known`].
#[must_use]
pub fn group(facts: &Facts) -> Vec<Pattern> {
    let promotions = by_field(&facts.promotions);
    let span = |forwarder: &str, field: &str, at: i64, id: &str| Span {
        forwarder: forwarder.to_owned(),
        field: field.to_owned(),
        began: last_before(promotions.get(field), forwarder, (at, id)),
    };
    let mut corrections: BTreeMap<Span, Vec<&Correction>> = BTreeMap::new();
    for correction in facts.corrections.iter().filter(|correction| correction.learn == Learn::Normal) {
        if let Some(forwarder) = &correction.forwarder {
            let span = span(forwarder, &correction.field, correction.at, &correction.event_id);
            corrections.entry(span).or_default().push(correction);
        }
    }
    let mut said: BTreeMap<Span, Vec<&str>> = BTreeMap::new();
    for past in &facts.suggested {
        let span = span(&past.forwarder, &past.field, past.at, &past.message_id);
        said.entry(span).or_default().push(&past.pattern);
    }
    let mut patterns = Vec::new();
    for (span, corrections) in corrections {
        let said = said.get(&span).map_or(&[][..], Vec::as_slice);
        let last = last_before(promotions.get(span.field.as_str()), &span.forwarder, (i64::MAX, ""));
        let grouped = group_span(&span, &corrections, said).into_iter();
        patterns.extend(grouped.map(|pattern| Pattern { ended: last != span.began, ..pattern }));
    }
    patterns
}

fn by_field(promotions: &[Promotion]) -> BTreeMap<&str, Vec<&Promotion>> {
    let mut by_field: BTreeMap<&str, Vec<&Promotion>> = BTreeMap::new();
    for promotion in promotions {
        if let Some(field) = &promotion.field {
            by_field.entry(field).or_default().push(promotion);
        }
    }
    by_field
}

/// The last promotion that concerns a forwarder, before an event.
fn last_before(promotions: Option<&Vec<&Promotion>>, forwarder: &str, event: (i64, &str)) -> Option<(i64, String)> {
    let promotions = promotions?;
    let before = promotions.partition_point(|promotion| (promotion.at, promotion.event_id.as_str()) < event);
    let concerns = |promotion: &&&Promotion| promotion.forwarder.as_deref().is_none_or(|named| named == forwarder);
    let last = promotions[..before].iter().rfind(concerns)?;
    Some((last.at, last.event_id.clone()))
}

fn group_span(span: &Span, corrections: &[&Correction], said: &[&str]) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = Vec::new();
    let mut members: Vec<Vec<&Correction>> = Vec::new();
    for correction in corrections {
        let shown = shown_pattern(correction);
        let found = patterns.iter().position(|pattern| alike(&pattern.centre, &shown));
        let index = found.unwrap_or_else(|| {
            patterns.push(opened(span, correction, shown, said));
            members.push(Vec::new());
            patterns.len() - 1
        });
        members[index].push(correction);
        join(&mut patterns[index], &members[index], correction);
    }
    patterns
}

fn opened(span: &Span, first: &Correction, centre: String, said: &[&str]) -> Pattern {
    Pattern {
        forwarder: span.forwarder.clone(),
        field: span.field.clone(),
        after_promotion: span.began.as_ref().map(|(_, event_id)| event_id.clone()),
        first_at: first.at,
        users: BTreeSet::new(),
        num_corrections: 0,
        ripe: None,
        suggested: said.iter().any(|past| alike(past, &centre)),
        ended: false,
        centre,
    }
}

/// Counts a correction in; `members` are all of the group so far, it included.
fn join(pattern: &mut Pattern, members: &[&Correction], correction: &Correction) {
    pattern.num_corrections += 1;
    pattern.users.insert(correction.user_id.clone());
    if pattern.ripe.is_none() && pattern.users.len() >= USERS_MIN {
        pattern.ripe = Some(Ripe {
            at: correction.at,
            num_corrections: pattern.num_corrections,
            invoices: members.iter().map(|member| member.invoice_id.clone()).collect(),
            misread: members.iter().filter_map(|member| member.old.clone()).collect(),
            rule: members.iter().rev().find_map(|member| member.rule.clone()),
        });
    }
}

/// The pattern of a correction; without one, the shape of what the person wrote: letters as `A`, digits as `9`.
fn shown_pattern(correction: &Correction) -> String {
    if let Some(pattern) = &correction.pattern {
        return pattern.clone();
    }
    let shape = |character: char| match character {
        _ if character.is_numeric() => '9',
        _ if character.is_alphabetic() => 'A',
        _ => character,
    };
    format!("shape:{}", correction.new.as_deref().unwrap_or_default().chars().map(shape).collect::<String>())
}

#[cfg(test)]
mod tests;
