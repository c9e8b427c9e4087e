//! Everybody who makes events, for one UTC day.

use tidemark_model::city::CITIES;

use crate::clock::DAY;
use crate::rng::{Purpose, stream};
use crate::sink::Sink;
use crate::world::World;
use crate::{device, invoice, quality, session, ticket, usage, user};

/// Numbers given so far.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Numbers {
    pub(crate) invoices: u64,
    pub(crate) sessions: u64,
    pub(crate) tickets: u64,
}

/// Makes the events of the day with a number, counted from the first of the history. All of them happen on that day or
/// later; what they are depends on the world, the day and the numbers alone.
pub(crate) fn make_day(number: i64, world: &World, numbers: &mut Numbers, sink: &mut Sink) {
    let day = world.start + number * DAY;
    let rng = |purpose, city: usize| stream(world.seed, purpose, city as u64, number as u64);
    for city in 0..CITIES.len() {
        invoice::day(day, city, world, &mut numbers.invoices, &mut rng(Purpose::Invoices, city), sink);
        session::day(day, city, world, &mut numbers.sessions, &mut rng(Purpose::Sessions, city), sink);
        ticket::day(day, city, world, &mut numbers.tickets, &mut rng(Purpose::Tickets, city), sink);
    }
    user::day(day, world, &mut rng(Purpose::Users, 0), sink);
    device::day(day, world, &mut rng(Purpose::Devices, 1), sink);
    usage::background(day, world, &mut rng(Purpose::Background, 0), sink);
    quality::day(day, world, &mut rng(Purpose::Quality, 0), sink);
    world.rules.emit(day, day + DAY, &world.users, sink);
}
