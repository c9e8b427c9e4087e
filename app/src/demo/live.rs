//! What the demo sends after its history: the history's own traffic as time goes on, and load where it was asked for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use tidemark_generator::{Live, Present, Record};
use tidemark_ingest::pipeline::Pipeline;
use tidemark_model::position::TopicPartition;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::state::DemoState;
use super::{has_landed, stand};
use crate::progress::progress;
use crate::spool::Spool;

/// How often live events are made.
const TICK: Duration = Duration::from_millis(20);
/// How often the state notes how far the live events have landed, so that a start after a crash goes on there.
const NOTE_INTERVAL: Duration = Duration::from_secs(5);

/// The live events of one start.
pub(super) struct Traffic {
    present: Present,
    load: Option<Live>,
}

impl Traffic {
    /// Goes on where the state says that events have landed; `rate` is that of the load, in events a second.
    pub(super) fn new(state: &DemoState, rate: f64) -> Self {
        let plan = state.plan();
        let load = (rate > 0.0).then(|| Live::new(&plan, Utc::now(), rate));
        Self { present: Present::new(&plan, state.live_until()), load }
    }

    fn take_until(&mut self, now: DateTime<Utc>) -> Vec<Record> {
        let mut records = self.present.take_until(now);
        records.extend(self.load.iter_mut().flat_map(|load| load.take_until(now)));
        records
    }
}

/// A moment up to which everything was sent and acknowledged, and where the topics stood then.
struct Sent {
    until: DateTime<Utc>,
    ends: HashMap<TopicPartition, i64>,
}

/// Sends live events until told to stop. What a pause left out comes first.
pub(super) async fn send(
    state: &mut DemoState,
    spool: &Arc<Spool>,
    (pipeline, rate): (&Pipeline, f64),
    stop: &CancellationToken,
) -> Result<()> {
    let mut until = Utc::now();
    let mut traffic = catch_up(Traffic::new(state, rate), until, spool).await?;
    let mut sent: Option<Sent> = None;
    let mut noted_at = Instant::now();
    while stop.run_until_cancelled(tokio::time::sleep(TICK)).await.is_some() {
        until = Utc::now();
        for record in traffic.take_until(until) {
            spool.send(&record)?;
        }
        if noted_at.elapsed() < NOTE_INTERVAL {
            continue;
        }
        noted_at = Instant::now();
        if let Some(landed) = sent.take_if(|sent| has_landed(&sent.ends, &stand(pipeline))) {
            state.note_live(landed.until)?;
        }
        if sent.is_none() {
            sent = Some(flushed(spool, until).await?);
        }
    }
    state.stopped_at = Some(until);
    Ok(())
}

/// Sends what a pause left out.
async fn catch_up(mut traffic: Traffic, until: DateTime<Utc>, spool: &Arc<Spool>) -> Result<Traffic> {
    let producer = Arc::clone(spool);
    let sending = tokio::task::spawn_blocking(move || -> Result<Traffic> {
        let missed = traffic.take_until(until);
        let bar = progress("since", missed.len() as u64);
        for record in bar.wrap_iter(missed.iter()) {
            producer.send(record)?;
        }
        producer.flush()?;
        bar.finish_and_clear();
        Ok(traffic)
    });
    sending.await?
}

async fn flushed(spool: &Arc<Spool>, until: DateTime<Utc>) -> Result<Sent> {
    let producer = Arc::clone(spool);
    tokio::task::spawn_blocking(move || producer.flush()).await??;
    Ok(Sent { until, ends: spool.ends() })
}
