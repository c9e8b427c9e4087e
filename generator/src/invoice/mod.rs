//! The life of an invoice: received, read, routed, reviewed where needed, completed or failed, exported, checked.
//!
//! A whole life is planned when the invoice is received; events past the end of the history do not happen. What did
//! happen is folded into the truth at the end of each life.

mod draft;
mod extraction;
mod review;

use rand_pcg::Pcg64Mcg;

use crate::clock::{DAY, HOUR, MILLI, MINUTE, SECOND};
use crate::forwarder::FORWARDERS;
use crate::invoice::draft::{Draft, Stage};
use crate::json::push_utf8;
use crate::kind::Kind;
use crate::rng::Draw;
use crate::sink::Sink;
use crate::truth::kpi::{InvoiceFacts, Route};
use crate::usage::{self, DI_CALLS, DI_PAGES, Reading};
use crate::world::World;

/// Emits the invoices that one city receives in one UTC day; `next` numbers them.
pub(crate) fn day(day: i64, city: usize, world: &World, next: &mut u64, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    for hour in 0..24 {
        let from = day + hour * HOUR;
        let expected = world.calendar.invoices_in_hour(city, world.clock.local(city, from));
        for _ in 0..rng.count(expected) {
            *next += 1;
            emit(from + rng.between(0, HOUR), city, *next, world, rng, sink);
        }
    }
}

/// Emits one invoice's life from the instant at which it is received.
pub(crate) fn emit(at: i64, city: usize, number: u64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let draft = Draft::new(at, city, number, world, rng);
    let mut life = Life { world, rng, sink, draft, facts: InvoiceFacts::default(), at, extracted_at: at };
    life.run();
    let Life { draft, facts, .. } = life;
    if let Some(tally) = &mut sink.tally {
        let received_local = world.local(draft.place, at);
        let settled_local = facts.settled_at().map(|settled| world.local(draft.place, settled));
        tally.invoice(draft.place, &facts, received_local, settled_local);
    }
}

/// An invoice on its way.
struct Life<'a> {
    world: &'a World,
    rng: &'a mut Pcg64Mcg,
    sink: &'a mut Sink,
    draft: Draft,
    /// What happened so far.
    facts: InvoiceFacts,
    /// Time of the next event, in microseconds since 1970.
    at: i64,
    /// Time of the last extraction, whose rules corrections speak of.
    extracted_at: i64,
}

impl Life<'_> {
    fn run(&mut self) {
        self.receive();
        if self.stops(Stage::Ocr) {
            return;
        }
        self.ocr();
        if self.stops(Stage::Classify) {
            return;
        }
        self.classify();
        if self.stops(Stage::Extract) {
            return;
        }
        self.extract();
        if self.draft.failure == Some(Stage::Map) {
            if self.stops(Stage::Map) {
                return;
            }
            self.extract_again();
        }
        if self.draft.route != Route::Auto || self.draft.misread {
            self.review();
        }
        if self.stops(Stage::Export) {
            return;
        }
        self.complete();
        self.export();
        self.look_back();
    }

    /// Lets time pass, less of it in live traffic.
    fn wait(&mut self, micros: i64) {
        self.at += (micros / self.world.pace).max(MILLI);
    }

    fn receive(&mut self) {
        let channel = self.rng.pick(&["outlook", "outlook", "sharepoint", "upload", "api"]);
        let bytes = self.draft.pages * self.rng.skewed(86_000, 0.5);
        let hash = self.draft.content_hash();
        let scanner = self.rng.chance(0.02);
        let draft = &self.draft;
        self.sink.emit(&draft.event(Kind::InvoiceReceived, self.at), |data| {
            data.id(&draft.id).text("channel", channel).int("pages", draft.pages).int("bytes", bytes);
            push_utf8(data.member("content_sha256"), &hash);
            data.code("file_uri", "lake://inbox/", draft.paper.number, 7);
            if scanner {
                data.text("scanner", "MFP-3F");
            }
        });
    }

    fn ocr(&mut self) {
        let duration_ms = self.rng.skewed(1_300 + 900 * self.draft.pages, 0.35);
        self.wait(2 * SECOND + duration_ms * MILLI);
        let confidence = self.rng.between(8_800, 9_990) as u32;
        let draft = &self.draft;
        self.sink.emit(&draft.event(Kind::InvoiceOcrCompleted, self.at), |data| {
            data.id(&draft.id).int("duration_ms", duration_ms).int("pages", draft.pages);
            data.confidence("confidence", confidence).text("model", "prebuilt-invoice-2025-11");
        });
        self.meter_ocr(duration_ms);
    }

    fn meter_ocr(&mut self, duration_ms: i64) {
        let (place, tenant) = (self.draft.place, self.draft.tenant);
        let invoice_id = Some(&self.draft.id);
        let model = Some("prebuilt-invoice");
        let stumbled = self.rng.chance(if self.world.incidents.error_burst.contains(self.at) { 0.3 } else { 0.012 });
        if stumbled {
            let status = Some(self.rng.pick(&["error", "throttled"]));
            let call = Reading::new(self.at - 900 * MILLI, place, DI_CALLS, 1);
            let call = Reading { tenant, invoice_id, model, status, latency_ms: 900, ..call };
            usage::record(&call, self.world, self.sink);
        }
        let call = Reading::new(self.at + MILLI, place, DI_CALLS, 1);
        let call = Reading { tenant, invoice_id, model, status: Some("ok"), latency_ms: duration_ms, ..call };
        usage::record(&call, self.world, self.sink);
        let pages = Reading::new(self.at + 2 * MILLI, place, DI_PAGES, self.draft.pages);
        usage::record(&Reading { tenant, invoice_id, model, ..pages }, self.world, self.sink);
    }

    fn classify(&mut self) {
        let millis = self.rng.skewed(700, 0.4);
        self.wait(millis * MILLI);
        let forwarder = &FORWARDERS[self.draft.forwarder];
        let (low, high) = if forwarder.supported { (8_900, 9_995) } else { (4_100, 7_800) };
        let confidence = self.rng.between(low, high) as u32;
        let draft = &self.draft;
        let happened = self.sink.emit(&draft.event(Kind::InvoiceClassified, self.at), |data| {
            data.id(&draft.id).text("forwarder", forwarder.id);
            data.confidence("confidence", confidence).flag("supported", forwarder.supported);
        });
        self.facts.supported |= happened && forwarder.supported;
    }

    /// Fails here if this is the stage; false if it goes on, at once or after a re-run.
    fn stops(&mut self, stage: Stage) -> bool {
        if self.draft.failure != Some(stage) {
            return false;
        }
        let millis = self.rng.skewed(6_000, 0.5);
        self.wait(millis * MILLI);
        let (name, codes) = stage.failure();
        let (code, message) = self.rng.pick(codes);
        let draft = &self.draft;
        let happened = self.sink.emit(&draft.event(Kind::InvoiceFailed, self.at), |data| {
            data.id(&draft.id).text("stage", name).text("code", code).text("message", message);
        });
        if happened {
            self.facts.failed_at = self.facts.failed_at.or(Some(self.at));
        }
        let rerun_after = self.rng.between(12 * MINUTE, 5 * HOUR);
        self.wait(rerun_after);
        !self.draft.recovers
    }

    fn complete(&mut self) {
        let millis = self.rng.skewed(1_500, 0.5);
        self.wait(millis * MILLI);
        let twice = self.rng.chance(0.003);
        for again in [false, true] {
            if again && !twice {
                return;
            }
            let at = self.at + if again { 5 * MINUTE / self.world.pace } else { 0 };
            let draft = &self.draft;
            let happened = self.sink.emit(&draft.event(Kind::InvoiceCompleted, at), |data| {
                data.id(&draft.id);
            });
            if happened {
                self.facts.completed_at = self.facts.completed_at.or(Some(at));
            }
        }
    }

    fn export(&mut self) {
        let first = if self.draft.city % 3 == 1 { "snowflake" } else { "postgres" };
        let second = self.rng.chance(0.66).then_some("excel");
        for target in [Some(first), second].into_iter().flatten() {
            let millis = self.rng.skewed(4_000, 0.6);
            self.wait(millis * MILLI);
            let draft = &self.draft;
            self.facts.exported |= self.sink.emit(&draft.event(Kind::InvoiceExported, self.at), |data| {
                data.id(&draft.id).text("target", target);
            });
        }
    }

    /// What may come hours or days after the completion.
    fn look_back(&mut self) {
        let done = self.at;
        if self.rng.chance(0.008) {
            let later = self.rng.between(20 * MINUTE, 3 * DAY);
            self.wait(later);
            self.extract_again();
        }
        if self.rng.chance(0.006) {
            let later = self.rng.between(6 * HOUR, 9 * DAY);
            self.at = done;
            self.wait(later);
            let user = self.world.users.reviewer(self.draft.city, self.rng);
            self.correct(1, user, false);
        }
        if self.rng.chance(0.62) {
            let later = self.rng.between(14 * HOUR, 4 * DAY);
            self.at = done;
            self.wait(later);
            self.check();
        }
        if self.rng.chance(0.004) {
            let later = self.rng.between(DAY, 12 * DAY);
            self.at = done;
            self.wait(later);
            let draft = &self.draft;
            self.sink.emit(&draft.event(Kind::InvoiceArchived, self.at), |data| {
                data.id(&draft.id).text("shelf", "cold-2");
            });
        }
    }

    fn check(&mut self) {
        let user = self.world.users.finance(self.draft.city, self.rng);
        let result = if self.rng.chance(0.02) { "disputed" } else { "ok" };
        let draft = &self.draft;
        self.sink.emit(&draft.event(Kind::InvoiceFinanceChecked, self.at), |data| {
            data.id(&draft.id).id(user).text("result", result);
            data.money("amount", draft.paper.total, draft.paper.digits).text("currency", draft.paper.currency);
        });
    }
}
