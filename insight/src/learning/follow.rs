//! The loop beside running events: what is told to it once is kept, and each round asks for little more than what is new.
//!
//! A round asks for corrections and changes of rules that came since the last one. Patterns are grouped anew only where
//! a correction came, and readings asked for only of those that have become ripe. Promotions that are watched are looked
//! at by a clock of their own, and where a rule has changed: corrections come with most rounds, and say nothing of them.
//! What was read before a promotion is asked for once. Once a day, the accuracy of all rules on the day before is told.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_model::error::ServiceError;
use tidemark_model::port::PinnedQueries;
use tidemark_model::time::{DAY, HOUR, Micros};

use super::ask::{self, ReadingRows, Wanted};
use super::facts::{Correction, Facts, Promotion};
use super::learn::{Learning, Span};
use super::message::{Feedback, Kind};
use super::states::States;
use super::watch::{LINGER, LOOK_BACK, WATCH};
use super::{outbox, patterns};

/// What came so shortly before the last round's newest event is asked for again: it may have been on its way.
const OVERLAP: Micros = HOUR;

/// For so long a service may be down and still advise on every promotion that it missed.
const MISSED_MAX: Micros = 30 * DAY;

/// What was read by rules that are watched is asked for so often, where no rule has changed.
const READINGS_INTERVAL: Micros = 20_000_000;

/// How many days the comparison of a day's accuracy needs.
const DAYS_BEFORE: i64 = 29;

/// A forwarder and a field.
pub(super) type Place = (String, String);

/// What the loop knows.
#[derive(Debug, Default)]
pub struct Follower {
    corrections: BTreeMap<String, Correction>,
    changes: Facts,
    known_changes: BTreeSet<String>,
    /// What was taken in until then is known.
    known_until: Option<Micros>,
    /// Of each promotion that is watched what was read before it.
    before: BTreeMap<String, Vec<ReadingRows>>,
    /// Patterns of these pairs were grouped with all that is known of them.
    touched: BTreeSet<Place>,
    /// When all that is watched was last looked at.
    looked_at: Option<Micros>,
    /// The same once what is due is in the outbox.
    looking_at: Option<Micros>,
    /// Until which day, in days since 1970, accuracies were told.
    told_until: Option<i64>,
    /// The same once what is due is in the outbox.
    telling_until: Option<i64>,
    /// How rules and patterns stand.
    states: States,
}

impl Follower {
    /// The messages that are due and not in the outbox yet, in order. Evidence before `since_at` is not told any more.
    /// Once they are in the outbox, [`Self::has_told`]; without that the next round finds them again.
    ///
    /// # Errors
    /// As [`PinnedQueries::rows`]; what is known stays, and the next round asks again.
    pub async fn due(
        &mut self,
        queries: &dyn PinnedQueries,
        since_at: Micros,
        now_at: Micros,
    ) -> Result<Vec<Feedback>, ServiceError> {
        let has_changed = self.hear(queries, now_at).await?;
        let watched = self.watched(since_at, now_at);
        self.forget_all_but(&watched);
        let is_due = has_changed || self.looked_at.is_none_or(|at| at + READINGS_INTERVAL <= now_at);
        self.looking_at = if is_due { Some(now_at) } else { self.looked_at };
        let mut messages = Vec::new();
        if is_due || !self.touched.is_empty() {
            let looked_at = if is_due { watched.as_slice() } else { &[] };
            messages = self.at_once(queries, Span { since_at, now_at }, looked_at).await?;
        }
        messages.extend(self.of_days(queries, since_at, now_at).await?);
        let ids: Vec<String> = messages.iter().map(|message| message.message_id.clone()).collect();
        let known: BTreeSet<String> = outbox::known(queries, &ids).await?.into_iter().collect();
        messages.retain(|message| !known.contains(&message.message_id));
        messages.sort_by(|a, b| (a.at, &a.message_id).cmp(&(b.at, &b.message_id)));
        Ok(messages)
    }

    /// Remembers that what was due is in the outbox.
    pub fn has_told(&mut self) {
        self.touched.clear();
        self.looked_at = self.looking_at;
        self.told_until = self.telling_until;
    }

    /// How rules and patterns stand, as the rounds so far have seen it.
    pub const fn states(&mut self) -> &mut States {
        &mut self.states
    }

    /// Asks for the facts that came since the last round; answers whether a rule has changed or was complained about.
    async fn hear(&mut self, queries: &dyn PinnedQueries, now_at: Micros) -> Result<bool, ServiceError> {
        // What is ahead of our clock is heard when its time has come: no event is by more than the overlap.
        let came = ask::facts(queries, self.known_until.map(|until| until - OVERLAP)).await?.known(now_at);
        for correction in came.corrections {
            self.hear_correction(correction);
        }
        let Facts { promotions, rollbacks, complaints, .. } = came;
        let num_promoted = self.changes.promotions.len();
        let known = &mut self.known_changes;
        let num_known = known.len();
        self.changes.promotions.extend(promotions.into_iter().filter(|fact| known.insert(fact.event_id.clone())));
        self.changes.rollbacks.extend(rollbacks.into_iter().filter(|fact| known.insert(fact.event_id.clone())));
        self.changes.complaints.extend(complaints.into_iter().filter(|fact| known.insert(fact.event_id.clone())));
        if self.known_until.is_some() {
            self.touch_promoted(num_promoted);
        }
        self.known_until = Some(now_at);
        Ok(self.known_changes.len() > num_known)
    }

    fn hear_correction(&mut self, correction: Correction) {
        if self.corrections.get(&correction.event_id) == Some(&correction) {
            return;
        }
        self.touched.extend(place_of(&correction));
        let before = self.corrections.insert(correction.event_id.clone(), correction);
        // Its invoice may have had another forwarder.
        self.touched.extend(before.as_ref().and_then(place_of));
    }

    /// Promotions end the patterns of their fields, which are grouped anew: those by promotions from an index on.
    fn touch_promoted(&mut self, first: usize) {
        let promoted = &self.changes.promotions[first..];
        if promoted.is_empty() {
            return;
        }
        let is_ended = |correction: &&Correction| {
            promoted.iter().any(|promotion| {
                promotion.field.as_ref() == Some(&correction.field)
                    && (promotion.forwarder.is_none() || promotion.forwarder == correction.forwarder)
            })
        };
        self.touched.extend(self.corrections.values().filter(is_ended).filter_map(place_of));
    }

    /// What is told as soon as the evidence is there, everything but the accuracy of days: of patterns that were touched,
    /// and of the promotions that are looked at.
    async fn at_once(
        &mut self,
        queries: &dyn PinnedQueries,
        span: Span,
        watched: &[Promotion],
    ) -> Result<Vec<Feedback>, ServiceError> {
        let facts = Facts {
            corrections: self.corrections_of_touched(),
            suggested: outbox::suggested(queries).await?,
            ..self.changes.clone()
        };
        let ripe = ripe_places(&facts, span.since_at, span.now_at);
        let mut learning = Learning::new(facts, span);
        let mut seen = Seen::default();
        for promotion in watched {
            for rows in self.before(queries, promotion).await? {
                seen.tell(rows, &mut learning);
            }
        }
        for rows in readings_since(queries, watched).await? {
            seen.tell(&rows, &mut learning);
        }
        for rows in readings_of(queries, ripe).await? {
            seen.tell(&rows, &mut learning);
        }
        let outcome = learning.conclude();
        let is_recent = |promotion: &&Promotion| span.now_at < promotion.at + WATCH + LINGER;
        let recent: BTreeSet<&str> =
            watched.iter().filter(is_recent).map(|promotion| promotion.event_id.as_str()).collect();
        self.states.see_versions(&outcome, &recent, span.now_at);
        self.states.see_patterns(&outcome, &self.touched, span.now_at);
        // Days are told of all rules together: here only some readings were asked for.
        let mut messages = outcome.messages;
        messages.retain(|message| message.kind != Kind::Accuracy || is_of_watch(message, watched));
        Ok(messages)
    }

    fn corrections_of_touched(&self) -> Vec<Correction> {
        let is_touched = |correction: &&Correction| {
            let forwarder = correction.forwarder.clone();
            forwarder.is_some_and(|forwarder| self.touched.contains(&(forwarder, correction.field.clone())))
        };
        self.corrections.values().filter(is_touched).cloned().collect()
    }

    /// Promotions whose 24 hours are not long over. The first round after a start makes up for what was missed.
    fn watched(&self, since_at: Micros, now_at: Micros) -> Vec<Promotion> {
        let is_first = self.telling_until.is_none();
        let from = if is_first { since_at.max(now_at - MISSED_MAX) } else { now_at } - WATCH - LINGER;
        let is_watched = |promotion: &&Promotion| from < promotion.at && promotion.at <= now_at;
        self.changes.promotions.iter().filter(is_watched).cloned().collect()
    }

    /// What was read before a promotion is kept while the promotion is watched.
    fn forget_all_but(&mut self, watched: &[Promotion]) {
        let ids: BTreeSet<&str> = watched.iter().map(|promotion| promotion.event_id.as_str()).collect();
        self.before.retain(|id, _| ids.contains(id.as_str()));
    }

    /// What was read before a promotion, asked for once.
    async fn before(
        &mut self,
        queries: &dyn PinnedQueries,
        promotion: &Promotion,
    ) -> Result<&[ReadingRows], ServiceError> {
        if !self.before.contains_key(&promotion.event_id) {
            let wanted = Wanted {
                judged_from: promotion.at - LOOK_BACK,
                judged_until: Some(promotion.at),
                ..of_promotions(std::slice::from_ref(promotion))
            };
            let rows = ask::readings(queries, &wanted).await?;
            self.before.insert(promotion.event_id.clone(), rows);
        }
        Ok(self.before.get(&promotion.event_id).map_or(&[], Vec::as_slice))
    }

    /// The accuracies of days that have ended since the last time.
    async fn of_days(
        &mut self,
        queries: &dyn PinnedQueries,
        since_at: Micros,
        now_at: Micros,
    ) -> Result<Vec<Feedback>, ServiceError> {
        let ended = (now_at - HOUR).div_euclid(DAY);
        if self.told_until.is_some_and(|told| ended <= told) {
            return Ok(vec![]);
        }
        let since_at = since_at.max(self.told_until.map_or(i64::MIN, |told| told * DAY));
        let wanted = Wanted { judged_from: (ended - DAYS_BEFORE) * DAY, ..Wanted::default() };
        let mut learning = Learning::new(Facts::default(), Span { since_at, now_at });
        for rows in ask::readings(queries, &wanted).await? {
            rows.iter().for_each(|reading| learning.see(&reading));
        }
        self.telling_until = Some(ended);
        let mut messages = learning.conclude().messages;
        messages.retain(|message| message.kind == Kind::Accuracy);
        Ok(messages)
    }
}

/// Where a correction counts; nowhere while its invoice's forwarder is not known.
fn place_of(correction: &Correction) -> Option<Place> {
    Some((correction.forwarder.clone()?, correction.field.clone()))
}

/// Readings that were told: one may be asked for on behalf of several promotions.
#[derive(Debug, Default)]
struct Seen(BTreeSet<(String, String)>);

impl Seen {
    fn tell(&mut self, rows: &ReadingRows, learning: &mut Learning) {
        for reading in rows.iter() {
            if self.0.insert((reading.invoice_id.to_owned(), reading.field.to_owned())) {
                learning.see(&reading);
            }
        }
    }
}

/// Places whose patterns have become ripe and were not suggested.
fn ripe_places(facts: &Facts, since_at: Micros, now_at: Micros) -> BTreeSet<Place> {
    let patterns = patterns::group(&facts.clone().known(now_at));
    let is_due = |pattern: &&patterns::Pattern| {
        !pattern.suggested && pattern.ripe.as_ref().is_some_and(|ripe| since_at < ripe.at)
    };
    patterns.iter().filter(is_due).map(|pattern| (pattern.forwarder.clone(), pattern.field.clone())).collect()
}

/// What concerns promotions: readings of their rules, and of other rules in the same field of the same forwarder.
fn of_promotions(promotions: &[Promotion]) -> Wanted {
    let place = |promotion: &Promotion| promotion.forwarder.clone().zip(promotion.field.clone());
    let fields: BTreeSet<&String> = promotions.iter().filter_map(|promotion| promotion.field.as_ref()).collect();
    let all_named = promotions.iter().all(|promotion| promotion.field.is_some());
    Wanted {
        rules: promotions.iter().map(|promotion| promotion.rule.rule_id.clone()).collect(),
        places: promotions.iter().filter_map(place).collect(),
        fields: if all_named { fields.into_iter().cloned().collect() } else { vec![] },
        ..Wanted::default()
    }
}

/// What was judged since the earliest of some promotions.
async fn readings_since(queries: &dyn PinnedQueries, watched: &[Promotion]) -> Result<Vec<ReadingRows>, ServiceError> {
    let Some(judged_from) = watched.iter().map(|promotion| promotion.at).min() else { return Ok(vec![]) };
    ask::readings(queries, &Wanted { judged_from, ..of_promotions(watched) }).await
}

/// All that was ever read in some places.
async fn readings_of(queries: &dyn PinnedQueries, places: BTreeSet<Place>) -> Result<Vec<ReadingRows>, ServiceError> {
    if places.is_empty() {
        return Ok(vec![]);
    }
    let fields: BTreeSet<String> = places.iter().map(|(_, field)| field.clone()).collect();
    let wanted =
        Wanted { places: places.into_iter().collect(), fields: fields.into_iter().collect(), ..Wanted::default() };
    ask::readings(queries, &wanted).await
}

fn is_of_watch(message: &Feedback, watched: &[Promotion]) -> bool {
    watched.iter().any(|promotion| {
        promotion.rule == message.rule
            && promotion.at == message.window_start
            && promotion.at + WATCH == message.window_end
    })
}

#[cfg(test)]
mod tests;
