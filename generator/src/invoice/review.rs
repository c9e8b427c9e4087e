//! People's part: quick and full reviews, corrections of fields, escalations.

use tidemark_model::id::UserId;

use crate::clock::{HOUR, MILLI, MINUTE, SECOND};
use crate::fields::FIELDS;
use crate::invoice::Life;
use crate::json::push_utf8;
use crate::kind::Kind;
use crate::rng::Draw;
use crate::truth::kpi::Route;

impl Life<'_> {
    /// Someone looks at the document, and perhaps corrects it.
    pub(super) fn review(&mut self) {
        let minutes = self.rng.skewed(21, 0.9);
        self.wait(minutes * MINUTE);
        let full = self.draft.route == Route::FullReview;
        if full && self.rng.chance(0.09) {
            self.escalate();
        }
        if full && !self.draft.misread && self.rng.chance(0.03) {
            return; // closed without a result
        }
        let skill = 1.25 - 0.55 * self.world.progress(self.at);
        let wrong = self.draft.misread || self.rng.chance(skill * if full { 0.46 } else { 0.16 });
        let duration_ms = self.rng.skewed(if full { 74_000 } else { 19_000 }, 0.5);
        let user = self.world.users.reviewer(self.draft.city, self.rng);
        if wrong {
            let more = self.rng.count(if full { 2.0 } else { 0.8 });
            self.correct(1 + more.min(5), user, true);
        }
        self.wait(duration_ms * MILLI);
        let (outcome, kind) = (if wrong { "corrected" } else { "confirmed" }, if full { "full" } else { "quick" });
        let draft = &self.draft;
        let happened = self.sink.emit(&draft.event(Kind::InvoiceReviewed, self.at), |data| {
            data.id(&draft.id).id(user).text("outcome", outcome);
            data.text("review", kind).int("duration_ms", duration_ms);
        });
        if happened {
            self.facts.reviewed = true;
            self.facts.confirmed |= !wrong;
            self.facts.fully_reviewed |= full;
        }
    }

    fn escalate(&mut self) {
        let user = self.world.users.reviewer(self.draft.city, self.rng);
        let draft = &self.draft;
        self.sink.emit(&draft.event(Kind::InvoiceEscalated, self.at), |data| {
            data.id(&draft.id).id(user).text("reason", "totals do not add up");
        });
        let later = self.rng.between(20 * MINUTE, 4 * HOUR);
        self.wait(later);
    }

    /// Corrects some of the extracted fields; now and then one of them twice.
    pub(super) fn correct(&mut self, num_fields: u64, user: &UserId, in_review: bool) {
        let num_read = self.draft.fields().len() as u64;
        let start = self.rng.below(num_read);
        for nth in 0..num_fields {
            let wanted = self.draft.fields()[((start + nth) % num_read) as usize].field;
            let first_misread = self.draft.misread && in_review && nth == 0;
            let field = if first_misread { self.world.incidents.drop_field } else { wanted };
            self.correct_field(field, user, false);
            if self.rng.chance(0.04) {
                self.correct_field(field, user, true);
            }
        }
    }

    fn correct_field(&mut self, field: usize, user: &UserId, again: bool) {
        let pause = self.rng.between(2 * SECOND, 14 * SECOND);
        self.wait(pause);
        let learn = if self.rng.chance(0.88) { "normal" } else { "exception" };
        let by_position = self.rng.chance(0.7);
        let (draft, at) = (&self.draft, self.at);
        let rule = self.world.rules.applying(draft.forwarder, field, self.extracted_at);
        let version = rule.version(self.extracted_at);
        let (mut old, mut new) = (Vec::with_capacity(24), Vec::with_capacity(24));
        // The first correction replaces what was read, a second one the first.
        let (read, written) = match draft.variant_read(field, self.world) {
            0 => (0, 1),
            misread => (misread, 0),
        };
        let (from, to) = if again { (written, written + 2) } else { (read, written) };
        draft.paper.push_value(&mut old, field, from);
        draft.paper.push_value(&mut new, field, to);
        let happened = self.sink.emit(&draft.event(Kind::InvoiceFieldCorrected, at), |data| {
            data.id(&draft.id).text("field", FIELDS[field].name).id(user);
            push_utf8(data.member("old"), &old);
            push_utf8(data.member("new"), &new);
            if by_position {
                data.code("pattern", "pos:p1/", (draft.forwarder * 31 + field * 7) as u64, 4);
            } else {
                data.text("pattern", "re:^[A-Z]{3}\\d{7}$");
            }
            data.text("learn", learn).id(&rule.id).text("rule_version", version);
        });
        if happened {
            self.facts.corrected |= 1 << field;
        }
    }
}
