//! How good it is, and how people find it: weekly runs over the golden sets and scores of satisfaction.

use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;
use tidemark_model::id::Id;

use crate::calendar::Calendar;
use crate::clock::{DAY, HOUR, MINUTE, weekday};
use crate::kind::{Kind, Place};
use crate::rng::Draw;
use crate::sink::{Event, Sink};
use crate::truth::kpi::Kpi;
use crate::world::World;

/// Scores a working day gives per user.
const SCORES_PER_USER: f64 = 0.045;

/// Emits one UTC day of evaluations and feedback.
pub(crate) fn day(day: i64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let number = day / DAY;
    for city in 0..CITIES.len() {
        if !world.calendar.live(city, day) {
            continue;
        }
        // Weekly, on a day of the city's own, so that the load spreads; the shortest history has one of each city too.
        if weekday(number) == city % 5 || world.calendar.live_from(city) == day {
            evaluate(day + 18 * HOUR + city as i64 * 7 * MINUTE, city, world, rng, sink);
        }
        if Calendar::working_day(city, number) {
            for _ in 0..rng.count(SCORES_PER_USER * world.users.count(city) as f64) {
                score(day + rng.between(HOUR, 9 * HOUR), city, world, rng, sink);
            }
        }
    }
}

fn evaluate(at: i64, city: usize, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let place = Place::of(city);
    let subject = format!("golden-{}", CITIES[city].code.to_ascii_lowercase());
    let documents = 60 + i64::from(CITIES[city].weight / 2);
    let fields = documents * 9 + rng.between(0, 20);
    let accuracy = 0.915 + 0.045 * world.progress(at);
    let correct = (fields as f64 * accuracy) as i64 + rng.between(-4, 5);
    let event = Event { kind: Kind::GoldenEvaluated, at, place, tenant: None, subject: &subject };
    let happened = sink.emit(&event, |data| {
        data.text("dataset", &subject).int("documents", documents).int("fields", fields).int("correct", correct);
        data.text("model", "extract-2026.1");
    });
    let local = world.local(place, at);
    if let Some(tally) = sink.tally.as_mut().filter(|_| happened) {
        tally.kpi(place, local, Kpi::GoldenAccuracy, (correct, fields));
    }
}

/// Emits one score of satisfaction.
pub(crate) fn score(at: i64, city: usize, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    let place = Place::of(city);
    let user = world.users.reviewer(city, rng);
    let happy = rng.chance(0.44 + 0.12 * world.progress(at));
    let score = if happy { rng.between(9, 11) } else { rng.pick(&[8, 8, 7, 7, 7, 6, 5, 4, 2]) };
    let event = Event { kind: Kind::FeedbackNps, at, place, tenant: None, subject: user.as_str() };
    let happened = sink.emit(&event, |data| {
        data.id(user).int("score", score);
        if score < 5 {
            data.text("comment", "排隊太久,\n too many clicks");
        }
    });
    let local = world.local(place, at);
    let balance = i64::from(score >= 9) - i64::from(score <= 6);
    if let Some(tally) = sink.tally.as_mut().filter(|_| happened) {
        tally.kpi(place, local, Kpi::Nps, (balance, 1));
    }
}
