//! Metered use of services: what an invoice causes, and what runs in the background of every city.

use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;
use tidemark_model::id::{Id, InvoiceId};

use crate::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::kind::{Kind, Place};
use crate::rng::Draw;
use crate::sink::{Event, Sink};
use crate::truth::kpi::Kpi;
use crate::world::World;

/// Meters with their units.
pub(crate) const METERS: [(&str, &str); 9] = [
    ("di.pages", "page"),
    ("di.calls", "call"),
    ("llm.calls", "call"),
    ("llm.tokens_in", "token"),
    ("llm.tokens_out", "token"),
    ("storage.bytes", "byte"),
    ("workflow.executions", "execution"),
    ("compute.seconds", "second"),
    ("api.requests", "request"),
];

pub(crate) const DI_PAGES: usize = 0;
pub(crate) const DI_CALLS: usize = 1;
pub(crate) const LLM_CALLS: usize = 2;
pub(crate) const LLM_TOKENS_IN: usize = 3;
pub(crate) const LLM_TOKENS_OUT: usize = 4;
const STORAGE_BYTES: usize = 5;
const WORKFLOW_EXECUTIONS: usize = 6;
const COMPUTE_SECONDS: usize = 7;
pub(crate) const API_REQUESTS: usize = 8;

/// Currencies of costs.
pub(crate) const CURRENCIES: [&str; 2] = ["HKD", "USD"];
const HKD: usize = 0;
const USD: usize = 1;

/// Prices of one unit in billionths of a currency, by meter.
const PRICES: [Option<(usize, i64)>; METERS.len()] = [
    Some((HKD, 117_000_000)),
    None,
    None,
    Some((USD, 2_500)),
    Some((USD, 10_000)),
    None,
    Some((HKD, 1_900_000)),
    Some((HKD, 410_000)),
    None,
];

/// Services by meter.
const SERVICES: [&str; METERS.len()] = [
    "document-intelligence",
    "document-intelligence",
    "azure-openai",
    "azure-openai",
    "azure-openai",
    "blob-storage",
    "workflow",
    "container-apps",
    "gateway",
];

/// One reading of a meter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) at: i64,
    pub(crate) place: Place,
    pub(crate) tenant: Option<&'static str>,
    pub(crate) meter: usize,
    /// In thousandths of the unit.
    pub(crate) quantity: i64,
    pub(crate) model: Option<&'static str>,
    pub(crate) status: Option<&'static str>,
    pub(crate) latency_ms: i64,
    pub(crate) invoice_id: Option<&'a InvoiceId>,
    pub(crate) experiment: Option<(&'static str, &'static str)>,
}

impl Reading<'_> {
    /// A whole number of units that nothing in particular caused.
    pub(crate) fn new(at: i64, place: Place, meter: usize, units: i64) -> Self {
        Self {
            at,
            place,
            tenant: None,
            meter,
            quantity: units * 1_000,
            model: None,
            status: None,
            latency_ms: 0,
            invoice_id: None,
            experiment: None,
        }
    }
}

/// Emits a reading and counts what it costs.
pub(crate) fn record(reading: &Reading<'_>, world: &World, sink: &mut Sink) {
    let Reading { at, place, meter, quantity, .. } = *reading;
    let cost = PRICES[meter].map(|(currency, price)| (currency, quantity * price / 1_000));
    let service = SERVICES[meter];
    let event = Event {
        kind: Kind::UsageRecorded,
        at,
        place,
        tenant: reading.tenant,
        subject: reading.invoice_id.map_or(service, Id::as_str),
    };
    let happened = sink.emit(&event, |data| {
        data.text("meter", METERS[meter].0);
        if quantity % 1_000 == 0 {
            data.money("quantity", quantity / 1_000, 0);
        } else {
            data.money("quantity", quantity, 3);
        }
        data.text("unit", METERS[meter].1);
        if let Some((currency, cost)) = cost {
            data.nanos("cost", cost).text("currency", CURRENCIES[currency]);
        }
        data.text("service", service);
        for (name, value) in [("model", reading.model), ("status", reading.status)] {
            if let Some(value) = value {
                data.text(name, value);
            }
        }
        if let Some(invoice_id) = reading.invoice_id {
            data.id(invoice_id);
        }
        if reading.latency_ms > 0 {
            data.int("latency_ms", reading.latency_ms);
        }
        if let Some((experiment, variant)) = reading.experiment {
            data.text("experiment", experiment).text("variant", variant);
        }
    });
    let Some(tally) = sink.tally.as_mut().filter(|_| happened) else { return };
    tally.usage(meter, quantity, cost);
    if meter == DI_CALLS || meter == LLM_CALLS {
        let failed = reading.status.is_some_and(|status| status != "ok");
        tally.kpi(place, world.local(place, at), Kpi::AiErrorRate, (i64::from(failed), 1));
    }
}

/// Emits what runs without an invoice in one UTC day: storage, workflows, machines and requests of every live city,
/// and a shared part that no city causes.
pub(crate) fn background(day: i64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    // Small volumes read their hourly meters less often instead of less each time.
    let every_h = ((1.0 / world.scale).ceil() as i64).clamp(1, 24);
    for (city, facts) in CITIES.iter().enumerate() {
        let place = Place::of(city);
        if !world.calendar.live(city, day) {
            continue;
        }
        let days_live = (day - world.calendar.live_from(city)) / DAY;
        let bytes = (40_000_000_000 + days_live * 24_000_000 * i64::from(facts.weight)) / 1_000;
        let at = day + 15 * HOUR + rng.between(0, 20 * MINUTE);
        record(&Reading::new(at, place, STORAGE_BYTES, bytes * 1_000 + rng.between(0, 1_000_000)), world, sink);
        for hour in (0..24).step_by(every_h as usize) {
            let at = day + hour * HOUR;
            hourly(at, city, world, rng, sink);
        }
    }
    for hour in (0..24).step_by(every_h as usize) {
        shared(day + hour * HOUR, world, rng, sink);
    }
}

fn hourly(hour: i64, city: usize, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let place = Place::of(city);
    let busy = 40.0 + world.calendar.invoices_in_hour(city, world.clock.local(city, hour)) * 9.0;
    let requests = rng.count(busy) as i64 + 1;
    let latency_ms = rng.skewed(38, 0.4);
    let throttled = rng.chance(0.004);
    let unknown = rng.chance(0.0004);
    let at = hour + 59 * MINUTE + rng.between(0, MINUTE);
    let status = Some(if throttled { "throttled" } else { "ok" });
    let place_seen = if unknown { Place::UNKNOWN } else { place };
    let reading = Reading { status, latency_ms, ..Reading::new(at, place_seen, API_REQUESTS, requests) };
    record(&reading, world, sink);
    let quantity = requests * rng.between(300, 900);
    let at = at - rng.between(0, 30 * SECOND);
    record(&Reading { quantity, ..Reading::new(at, place, COMPUTE_SECONDS, 0) }, world, sink);
    if hour / HOUR % 3 == 0 {
        let executions = requests / 4 + 1;
        record(&Reading::new(at - SECOND, place, WORKFLOW_EXECUTIONS, executions), world, sink);
    }
}

/// Evaluation runs and machines that serve all cities.
fn shared(hour: i64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let at = hour + rng.between(0, HOUR);
    let quantity = rng.between(600_000, 3_400_000);
    record(&Reading { quantity, ..Reading::new(at, Place::NONE, COMPUTE_SECONDS, 0) }, world, sink);
    if !rng.chance(0.5) {
        return;
    }
    let model = Some("gpt-4o");
    let status = Some(if rng.chance(0.01) { "error" } else { "ok" });
    let call =
        Reading { model, status, latency_ms: rng.skewed(2_400, 0.5), ..Reading::new(at, Place::NONE, LLM_CALLS, 1) };
    record(&call, world, sink);
    if status == Some("ok") {
        let tokens = rng.skewed(5_200, 0.4);
        record(&Reading { model, ..Reading::new(at, Place::NONE, LLM_TOKENS_IN, tokens) }, world, sink);
        record(&Reading { model, ..Reading::new(at, Place::NONE, LLM_TOKENS_OUT, tokens / 7) }, world, sink);
    }
}
