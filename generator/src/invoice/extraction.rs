//! The extraction: what was read with which confidence by which rule, the charges, and what the models cost.

use crate::clock::{MILLI, SECOND};
use crate::fields::{CHARGES, FIELDS, NUM_REQUIRED};
use crate::invoice::Life;
use crate::json::push_utf8;
use crate::kind::Kind;
use crate::rng::Draw;
use crate::truth::kpi::Extraction;
use crate::usage::{self, LLM_CALLS, LLM_TOKENS_IN, LLM_TOKENS_OUT, Reading};

/// How many times a normal amount of tokens the planted cost spike takes.
const SPIKE: i64 = 11;

impl Life<'_> {
    /// Emits an extraction and what it used.
    pub(super) fn extract(&mut self) {
        let duration_ms = self.rng.skewed(if self.draft.multimodal { 9_500 } else { 3_200 }, 0.4);
        self.wait(duration_ms * MILLI);
        if self.draft.multimodal {
            self.meter_model(duration_ms);
        }
        let (world, at, draft) = (self.world, self.at, &self.draft);
        let model = if draft.multimodal { "gpt-4o" } else { "extract-2026.1" };
        let described = draft.paper.number.is_multiple_of(3);
        let mut text = Vec::with_capacity(32);
        let happened = self.sink.emit(&draft.event(Kind::InvoiceExtracted, at), |data| {
            data.id(&draft.id).text("route", draft.route.name());
            data.confidence("confidence", draft.confidence()).flag("multimodal", draft.multimodal);
            data.text("model", model).int("duration_ms", duration_ms);
            data.list("fields", draft.fields(), |item, read| {
                let rule = world.rules.applying(draft.forwarder, read.field, at);
                item.text("name", FIELDS[read.field].name).confidence("confidence", read.confidence);
                text.clear();
                if !read.empty {
                    draft.paper.push_value(&mut text, read.field, draft.variant_read(read.field, world));
                }
                push_utf8(item.member("value"), &text);
                if read.field < NUM_REQUIRED {
                    item.flag("required", true);
                }
                item.id(&rule.id).text("rule_version", rule.version(at)).text("rule_layer", rule.layer);
            });
            if !draft.charges().is_empty() {
                data.list("charges", draft.charges(), |item, &(code, amount)| {
                    item.text("code", CHARGES[code].0);
                    if described {
                        item.text("description", CHARGES[code].1);
                    }
                    item.money("amount", amount, draft.paper.digits).text("currency", draft.paper.currency);
                });
            }
        });
        if happened {
            self.extracted_at = at;
            let empty = draft.fields().iter().filter(|read| read.empty && read.field < NUM_REQUIRED).count();
            self.facts.extraction = Some(Extraction {
                route: draft.route,
                multimodal: draft.multimodal,
                num_fields: draft.fields().len() as i64,
                num_required: NUM_REQUIRED as i64,
                num_filled: (NUM_REQUIRED - empty) as i64,
                num_charges: draft.charges().len(),
                currency: draft.paper.currency,
                total: draft.paper.total,
            });
        }
    }

    /// Reads the document once more, as a re-run does; the same fields, perhaps another route.
    pub(super) fn extract_again(&mut self) {
        self.wait(SECOND);
        self.draft.read(self.at, self.world, self.rng);
        self.extract();
    }

    fn meter_model(&mut self, duration_ms: i64) {
        let (at, place, tenant, world) = (self.at - 40 * MILLI, self.draft.place, self.draft.tenant, self.world);
        let invoice_id = Some(&self.draft.id);
        let model = Some("gpt-4o");
        let experiment = self.rng.chance(0.1).then(|| {
            let variant = if self.draft.paper.number.is_multiple_of(2) { "a" } else { "b" };
            ("shorter-prompt", variant)
        });
        let spike = world.incidents.cost_spike.contains(at) && world.incidents.cost_spike_place == place;
        let factor = if spike { SPIKE } else { 1 };
        let failed = self.rng.chance(0.015);
        if failed {
            let status = Some(self.rng.pick(&["error", "throttled", "throttled"]));
            let call = Reading::new(at - SECOND / world.pace, place, LLM_CALLS, 1);
            let call = Reading { tenant, model, status, latency_ms: 950, invoice_id, experiment, ..call };
            usage::record(&call, world, self.sink);
        }
        let call = Reading::new(at, place, LLM_CALLS, 1);
        let call =
            Reading { tenant, model, status: Some("ok"), latency_ms: duration_ms, invoice_id, experiment, ..call };
        usage::record(&call, world, self.sink);
        let tokens_in = (9_000 + 7_000 * self.draft.pages + self.rng.between(0, 2_500)) * factor;
        let tokens_out = self.rng.skewed(1_900, 0.3) * factor;
        for (meter, tokens, after) in [(LLM_TOKENS_IN, tokens_in, MILLI), (LLM_TOKENS_OUT, tokens_out, 2 * MILLI)] {
            let reading = Reading::new(at + after, place, meter, tokens);
            usage::record(&Reading { tenant, model, invoice_id, experiment, ..reading }, world, self.sink);
        }
    }
}
