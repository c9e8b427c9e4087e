//! Where events go: each is written as a record, counted into the truth, and given its place in the order of arrival.
//!
//! Events at or after the end do not happen; records that would arrive after the end arrive just before it.

use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;

use crate::clock::{LocalClock, TimeStyle, instant};
use crate::disorder::Disorder;
pub(crate) use crate::envelope::Event;
use crate::envelope::{Form, STRUCTURED, binary_headers, event_id, push_envelope};
use crate::json::Object;
use crate::kind::{PRODUCERS, Place};
use crate::malformed::Malformer;
use crate::record::Record;
use crate::rng::Draw;
use crate::truth::tally::Tally;

/// A record with its place in the order of arrival.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Arrival in microseconds since 1970.
    pub(crate) at: i64,
    /// Breaks ties: the order in which records were made.
    pub(crate) seq: u64,
    pub(crate) record: Record,
}

/// What the producer of one event decided.
#[derive(Debug)]
struct Begun {
    id: String,
    source: usize,
    time: TimeStyle,
    binary: bool,
    typed: bool,
    extra: bool,
    late: bool,
    again: bool,
}

/// Writes events as records.
#[derive(Debug)]
pub(crate) struct Sink {
    end: i64,
    /// Characters in event ids that set this sink's ids apart from others'; empty in a history.
    mark: String,
    disorder: Disorder,
    rng: Pcg64Mcg,
    num_events: u64,
    num_entries: u64,
    sources: Vec<String>,
    offsets_s: Vec<i32>,
    scratch: Vec<u8>,
    malformer: Malformer,
    /// Whether records go to files of JSON Lines, which have no headers and no empty records.
    pub(crate) in_files: bool,
    /// Exact figures about everything emitted; `None` where nobody asks.
    pub(crate) tally: Option<Tally>,
    /// What was made since the owner last took it.
    pub(crate) made: Vec<Entry>,
}

impl Sink {
    /// A sink for events before `end`.
    pub(crate) fn new(start: i64, end: i64, mark: String, disorder: Disorder, rng: Pcg64Mcg) -> Self {
        let clock = LocalClock::new(0, 0);
        let mut sources = Vec::with_capacity(PRODUCERS.len() * Place::COUNT);
        for producer in PRODUCERS {
            for place in 0..Place::COUNT {
                let code = Place(place as u8).code().to_ascii_lowercase();
                sources.push(if code.is_empty() { format!("{producer}/1") } else { format!("{producer}/{code}-1") });
            }
        }
        Self {
            end,
            mark,
            disorder,
            rng,
            num_events: 0,
            num_entries: 0,
            sources,
            offsets_s: (0..CITIES.len()).map(|city| clock.offset_s(city, start)).collect(),
            scratch: Vec::with_capacity(4_096),
            malformer: Malformer::default(),
            in_files: false,
            tally: None,
            made: Vec::new(),
        }
    }

    /// Emits an event whose data `build` writes; false if its time is past the end, so that it does not happen.
    pub(crate) fn emit(&mut self, event: &Event<'_>, build: impl FnOnce(&mut Object<'_>)) -> bool {
        if event.at >= self.end {
            return false;
        }
        let begun = self.begin(event);
        let mut data = Object::open(&mut self.scratch);
        build(&mut data);
        if begun.extra {
            data.text("x_build", "r417");
        }
        data.close();
        self.finish(event, begun);
        true
    }

    /// Adds a malformed record of more than a mebibyte, as if it came with an event at `at`.
    pub(crate) fn emit_too_large(&mut self, at: i64) {
        let bad = Malformer::too_large();
        if let Some(tally) = &mut self.tally {
            tally.refused(bad.topic, &bad.reason);
        }
        self.push(
            at,
            Record { topic: bad.topic, arrival: instant(at), key: None, headers: bad.headers, value: bad.value },
        );
    }

    fn begin(&mut self, event: &Event<'_>) -> Begun {
        let bits = self.rng.bits();
        let byte = |index: u32| (bits >> (8 * index)) as u8;
        let time = match (byte(1), event.place.city()) {
            (0..8, _) => TimeStyle::Nanos((bits >> 16) as u32 % 1_000),
            (8..20, Some(city)) => TimeStyle::Local(self.offsets_s[city]),
            _ => TimeStyle::Micros,
        };
        self.num_events += 1;
        let begun = Begun {
            id: event_id(event.at, self.num_events, &self.mark),
            source: event.kind.producer() as usize * Place::COUNT + usize::from(event.place.0),
            time,
            binary: byte(0) < 51 && !self.in_files,
            typed: byte(3) & 1 == 0,
            extra: byte(2) < 3,
            late: ((bits >> 32 & 0xFFFF) as f64) < self.disorder.late * 65_536.0,
            again: ((bits >> 48) as f64) < self.disorder.duplicate * 65_536.0,
        };
        self.scratch.clear();
        if !begun.binary {
            let with_schema = byte(3) & 2 == 0;
            let form = Form { id: &begun.id, source: &self.sources[begun.source], time, with_schema };
            push_envelope(&mut self.scratch, event, &form);
        }
        begun
    }

    fn finish(&mut self, event: &Event<'_>, begun: Begun) {
        let topic = event.kind.topic();
        let headers = if begun.binary {
            let source = &self.sources[begun.source];
            binary_headers(event, &Form { id: &begun.id, source, time: begun.time, with_schema: false })
        } else {
            self.scratch.push(b'}');
            if begun.typed { vec![("content-type", STRUCTURED.to_owned())] } else { Vec::new() }
        };
        let arrival = self.disorder.arrival(event.place, event.at, begun.late, &mut self.rng).min(self.end - 1);
        if let Some(tally) = &mut self.tally {
            tally.unique(event.kind, event.place, event.at, arrival);
        }
        let key = Some(event.subject.to_owned());
        let record = Record { topic, arrival: instant(arrival), key, headers, value: self.scratch.as_slice().to_vec() };
        if begun.again {
            self.repeat(arrival, &record, event.place);
        }
        self.push(arrival, record);
        if self.rng.chance(self.disorder.malformed) {
            self.spoil(event, arrival);
        }
    }

    fn repeat(&mut self, arrival: i64, record: &Record, place: Place) {
        let again = self.disorder.again(arrival, &mut self.rng).min(self.end - 1);
        let mut copy = record.clone();
        if self.rng.chance(0.15) {
            copy.key = Some(place.code().to_owned()).filter(|code| !code.is_empty());
        }
        if let Some(tally) = &mut self.tally {
            tally.duplicate(record.topic);
        }
        self.push(again, copy);
    }

    fn spoil(&mut self, event: &Event<'_>, arrival: i64) {
        let id = event_id(event.at, self.num_events, "0X");
        let bad = self.malformer.next(event.at, id, event.place, &mut self.rng);
        if self.in_files && bad.value.is_empty() {
            return;
        }
        if let Some(tally) = &mut self.tally {
            tally.refused(bad.topic, &bad.reason);
        }
        let key = Some(event.subject.to_owned()).filter(|_| self.rng.chance(0.8));
        let record =
            Record { topic: bad.topic, arrival: instant(arrival), key, headers: bad.headers, value: bad.value };
        self.push(arrival, record);
    }

    fn push(&mut self, at: i64, mut record: Record) {
        record.arrival = instant(at);
        self.num_entries += 1;
        self.made.push(Entry { at, seq: self.num_entries, record });
    }
}
