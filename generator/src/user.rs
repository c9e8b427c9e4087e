//! People of the cities: when they are enabled, sign in, work and leave.

use rand_pcg::Pcg64Mcg;
use tidemark_model::city::CITIES;
use tidemark_model::id::{Id, UserId};

use crate::calendar::Calendar;
use crate::clock::{DAY, HOUR, MINUTE, SECOND, weekday};
use crate::kind::{Kind, Place};
use crate::rng::Draw;
use crate::sink::{Event, Sink};
use crate::world::World;

/// Users of a city at the domain's volume.
const USERS_PER_CITY: f64 = 40.0;

const FEATURES: [(&str, &str); 8] = [
    ("review_queue", "/review"),
    ("review_queue", "/review/next"),
    ("invoice_search", "/invoices"),
    ("dashboard", "/dashboard"),
    ("rule_editor", "/rules"),
    ("export", "/exports"),
    ("cost_report", "/finance/costs"),
    ("audit_log", "/audit"),
];

/// The users of all cities.
#[derive(Debug)]
pub(crate) struct Users {
    ids: Vec<Vec<UserId>>,
    /// Share of them that work, below 1 where a small volume needs less than the fewest users a city has.
    presence: f64,
}

impl Users {
    /// As many users as a volume needs.
    pub(crate) fn new(scale: f64) -> Self {
        let num = (USERS_PER_CITY * scale).clamp(6.0, 400.0) as usize;
        let of_city = |code: &str| {
            let code = code.to_ascii_lowercase();
            (1..=num).map(|user| UserId::new(format!("u-{code}-{user:03}"))).collect()
        };
        let presence = (USERS_PER_CITY * scale / num as f64).min(1.0);
        Self { ids: CITIES.iter().map(|city| of_city(city.code)).collect(), presence }
    }

    /// A user of a city by number, counted round.
    pub(crate) fn nth(&self, city: usize, number: u64) -> &UserId {
        &self.ids[city][number as usize % self.ids[city].len()]
    }

    /// Someone who reviews: clerks and super users.
    pub(crate) fn reviewer(&self, city: usize, rng: &mut impl Draw) -> &UserId {
        let num = self.ids[city].len() as u64;
        self.nth(city, 1 + rng.below(num - 1))
    }

    /// Someone of the city's finance.
    pub(crate) fn finance(&self, city: usize, rng: &mut impl Draw) -> &UserId {
        self.nth(city, 4 + rng.below(2))
    }

    /// How many users a city has.
    pub(crate) fn count(&self, city: usize) -> u64 {
        self.ids[city].len() as u64
    }
}

fn role(user: u64) -> &'static str {
    match user {
        0 => "city_manager",
        1..=3 => "super_user",
        4 | 5 => "finance",
        _ => "data_clerk",
    }
}

/// Emits one UTC day of everybody.
pub(crate) fn day(day: i64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
    for city in 0..CITIES.len() {
        if world.calendar.live_from(city) == day {
            enable(day, city, world, sink);
        }
        for user in 0..world.users.count(city) {
            // Half past eight by the city's clock, in this UTC day.
            let opening = (8 * HOUR + 30 * MINUTE - (world.clock.local(city, day) - day)).rem_euclid(DAY);
            let at = day + opening + rng.between(-20 * MINUTE, 75 * MINUTE);
            let today = Calendar::working_day(city, world.clock.local(city, at).div_euclid(DAY));
            let comes = rng.chance(world.users.presence * if today { 0.86 } else { 0.03 });
            if comes && world.calendar.live(city, at) {
                Visit { city, user, at }.emit(world, rng, sink);
            }
        }
    }
}

fn enable(day: i64, city: usize, world: &World, sink: &mut Sink) {
    for user in 0..world.users.count(city) {
        let subject = world.users.nth(city, user);
        let at = day + 2 * SECOND + user as i64 * 3 * SECOND;
        let event =
            Event { kind: Kind::UserEnabled, at, place: Place::of(city), tenant: None, subject: subject.as_str() };
        sink.emit(&event, |data| {
            data.id(subject).text("role", role(user));
        });
    }
    // One account is switched off a few weeks later, as people leave.
    let subject = world.users.nth(city, world.users.count(city) - 1);
    let at = day + 47 * DAY + 9 * HOUR;
    let leaver =
        Event { kind: Kind::UserDisabled, at, place: Place::of(city), tenant: None, subject: subject.as_str() };
    sink.emit(&leaver, |data| {
        data.id(subject).text("role", "data_clerk");
    });
}

/// One user's day at work, or a moment of it.
pub(crate) struct Visit {
    pub(crate) city: usize,
    pub(crate) user: u64,
    pub(crate) at: i64,
}

impl Visit {
    fn user_id<'a>(&self, world: &'a World) -> &'a UserId {
        world.users.nth(self.city, self.user)
    }

    fn event<'a>(&self, kind: Kind, at: i64, world: &'a World) -> Event<'a> {
        let subject = self.user_id(world).as_str();
        Event { kind, at, place: Place::of(self.city), tenant: None, subject }
    }

    /// Emits sign-in, work and sign-out.
    pub(crate) fn emit(&self, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
        let weekend = weekday(self.at.div_euclid(DAY)) >= 5;
        let address = rng.below(250);
        let mut at = self.at;
        for _ in 0..rng.count(0.05) {
            let event = self.event(Kind::UserLoginFailed, at, world);
            sink.emit(&event, |data| {
                data.id(self.user_id(world)).code("ip_address", "10.20.1.", address, 1);
                data.text("reason", "bad_password");
            });
            at += rng.between(5 * SECOND, 40 * SECOND);
        }
        let event = self.event(Kind::UserLogin, at, world);
        let method = if rng.chance(0.9) { "sso" } else { "password" };
        sink.emit(&event, |data| {
            data.id(self.user_id(world)).text("role", role(self.user)).text("method", method);
            data.code("ip_address", "10.20.1.", address, 1);
        });
        for _ in 0..1 + rng.count(if weekend { 0.5 } else { 2.7 }) {
            at += rng.between(8 * MINUTE, 170 * MINUTE) / world.pace;
            self.work(at, world, rng, sink);
        }
        if rng.chance(0.8) {
            let event = self.event(Kind::UserLogout, at + rng.between(MINUTE, 40 * MINUTE) / world.pace, world);
            sink.emit(&event, |data| {
                data.id(self.user_id(world));
            });
        }
    }

    fn work(&self, at: i64, world: &World, rng: &mut Pcg64Mcg, sink: &mut Sink) {
        let event = self.event(Kind::UserActivity, at, world);
        let (feature, page) = rng.pick(&FEATURES);
        let duration_ms = rng.skewed(42_000, 0.8);
        sink.emit(&event, |data| {
            data.id(self.user_id(world)).text("feature", feature).text("role", role(self.user));
            data.text("page", page).int("duration_ms", duration_ms);
        });
    }
}
