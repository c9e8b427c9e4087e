//! The platform's own minutes: was this instance well through each of them? The KPI `platform_availability` counts the
//! answers of all instances, so they are rows of the lake (`platform_minutes`), which outlive each of them.
//!
//! A minute that nobody recorded counts as bad. So nothing has to be written where nothing works, and a row that comes
//! late, or twice after a commit of unknown outcome, changes no minute of another: readers take each minute once.
//!
//! # Layout (a minute's way)
//! * [`look`]: what one look finds: are queries answered, are events taken in?
//! * [`minute`]: the looks of a minute as one row
//! * [`record`]: rows into the table

mod look;
mod minute;
mod record;

use std::time::Duration;

use chrono::Utc;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub(crate) use self::look::{Ingest, Looker};
use self::minute::{LOOK_INTERVAL_S, Minute, Row};
pub(crate) use self::record::{Record, writer};

/// Rows that wait while the lake takes none: a day of minutes.
const WAITING_MAX: usize = 24 * 60;

/// Looks and records in two tasks, so that a slow commit delays no look, until stopped.
pub(crate) fn spawn(tasks: &mut JoinSet<()>, looker: Looker, record: Record, stop: CancellationToken) {
    let (sender, rows) = mpsc::channel(WAITING_MAX);
    tasks.spawn(watch(looker, sender, stop.clone()));
    tasks.spawn(record.run(rows, stop));
}

/// Looks at every tenth second of the clock, and hands on each minute that is over.
async fn watch(mut looker: Looker, rows: mpsc::Sender<Row>, stop: CancellationToken) {
    let mut current: Option<Minute> = None;
    while stop.run_until_cancelled(tokio::time::sleep(until_next_look(Utc::now().timestamp_millis()))).await.is_some() {
        let at_s = Utc::now().timestamp();
        if let Some(over) = current.take_if(|minute| !minute.has(at_s))
            && rows.try_send(over.finish()).is_err()
        {
            tracing::warn!("the lake has taken no minutes of the platform for a day: this one will count as bad");
        }
        let Some(look) = stop.run_until_cancelled(looker.look()).await else { return };
        current.get_or_insert_with(|| Minute::of(at_s)).add(look);
    }
}

/// The time until the clock's next look, which is in the middle of its ten seconds: no jitter takes it to another minute.
fn until_next_look(now_ms: i64) -> Duration {
    let interval_ms = LOOK_INTERVAL_S * 1_000;
    let since_last = (now_ms - interval_ms / 2).rem_euclid(interval_ms);
    Duration::from_millis((interval_ms - since_last).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_six_looks_wherever_one_starts() {
        for start_ms in [0, 4_999, 5_000, 5_001, 59_999] {
            let mut at_ms = start_ms;
            let mut looks = vec![];
            while at_ms < 120_000 {
                at_ms += i64::try_from(until_next_look(at_ms).as_millis()).unwrap();
                looks.push(at_ms / 1_000);
            }
            looks.retain(|at_s| (60..120).contains(at_s));
            assert_eq!(looks, [65, 75, 85, 95, 105, 115], "from {start_ms}");
        }
    }
}
