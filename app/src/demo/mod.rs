//! `tidemark demo`: a broker, a year of events through it into the lake, then live ones; everything in one process.

mod live;
mod state;
mod summary;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tidemark_generator::History;
use tidemark_ingest::pipeline::{Pipeline, watermarks};
use tidemark_model::position::TopicPartition;
use tidemark_model::stream::Stream;
use tokio_util::sync::CancellationToken;

use self::state::DemoState;
use crate::broker::EmbeddedBroker;
use crate::cli::{Demo, Role};
use crate::commands::run::until_asked_to_stop;
use crate::config::Config;
use crate::progress::{progress, waiting};
use crate::service::Service;
use crate::spool::{Spool, create_topics};

/// Partitions of each topic.
const PARTITIONS: i32 = 4;
/// Records after which the state notes how far the history has landed, so that an interrupted load goes on there.
const CHECKPOINT_RECORDS: u64 = 500_000;

/// Runs the demo.
pub(crate) async fn run(arguments: Demo) -> Result<()> {
    let started = Instant::now();
    let dir = PathBuf::from(&arguments.place.dir);
    if arguments.place.dir.contains("://") {
        bail!("the demo keeps its state beside its tables: give a local directory with --dir");
    }
    let mut state = DemoState::read_or_new(&dir, &arguments.year)?;
    let broker = EmbeddedBroker::start().await?;
    let config = configuration(&arguments, &state, broker.address());
    if let Some(folder) = &config.reports.definitions {
        std::fs::create_dir_all(folder).with_context(|| format!("could not make \"{}\"", folder.display()))?;
    }
    // Makes the topics, so that ingest need not wait for them.
    let spool = Arc::new(Spool::open(&config.kafka_options(), PARTITIONS).await?);
    create_topics(&config.kafka_options(), std::slice::from_ref(&config.jobs.feedback_topic), PARTITIONS).await?;
    let roles: &[Role] = if arguments.once { &[Role::Ingest] } else { &[Role::Ingest, Role::Query, Role::Jobs] };
    let service = waiting("the service starts", Service::start(&config, roles)).await?;
    let pipeline = service.pipeline.clone().context("the demo ingests")?;
    if let (Some(http), Some(postgres)) = (service.http, service.postgres) {
        summary::print_addresses(http, postgres);
    }
    let stop = CancellationToken::new();
    let interrupted = stop.clone();
    tokio::spawn(async move {
        let _ = until_asked_to_stop().await;
        interrupted.cancel();
    });
    let finished = load_history(&mut state, &spool, &pipeline, &stop).await?;
    if finished {
        summary::print_landed(&pipeline, started.elapsed());
    }
    if finished && !arguments.once {
        if let Some(http) = service.http {
            summary::print_trials(&arguments.place.dir, http);
        }
        live::send(&mut state, &spool, (&pipeline, arguments.rate), &stop).await?;
    }
    let flushed = Arc::clone(&spool);
    tokio::task::spawn_blocking(move || flushed.flush()).await??;
    let (ends, never) = (spool.ends(), CancellationToken::new());
    waiting("what was sent lands", wait_until_landed(&pipeline, &ends, &never)).await;
    state.note_stopped()?;
    if stop.is_cancelled() {
        eprintln!("stopping: everything sent has landed; start again to go on");
    }
    service.stop().await;
    Ok(())
}

fn configuration(arguments: &Demo, state: &DemoState, broker: &str) -> Config {
    let mut config = Config::default();
    config.lake.url.clone_from(&arguments.place.dir);
    config.kafka.brokers = broker.to_owned();
    config.kafka.group_id = String::new();
    config.kafka.topics = Stream::ALL.into_iter().map(|s| (s.name().to_owned(), state.topic(s))).collect();
    config.reports.definitions = Some(state.folder.join("report-definitions"));
    config.http.listen.clone_from(&arguments.http);
    config.postgres.listen.clone_from(&arguments.postgres);
    config
}

/// Sends what the lake does not have of the history; `false` where it was interrupted.
async fn load_history(
    state: &mut DemoState,
    spool: &Arc<Spool>,
    pipeline: &Pipeline,
    stop: &CancellationToken,
) -> Result<bool> {
    if state.history_landed {
        eprintln!("the history is there already; going on with live events");
        return Ok(true);
    }
    let plan = state.plan();
    let mut history = History::new(&plan);
    let bar = progress("events", history.len_hint());
    let mut sent = 0;
    loop {
        let (producer, stopped, shown, landed) = (Arc::clone(spool), stop.clone(), bar.clone(), state.records_landed);
        let batch = tokio::task::spawn_blocking(move || -> Result<(History, u64, bool)> {
            let mut last = sent;
            while let Some(record) = history.next() {
                last += 1;
                // What an earlier start has landed is made again, to get to where it stopped, but not sent.
                if last > landed {
                    producer.send(&record)?;
                }
                if last.is_multiple_of(2048) {
                    shown.set_position(last);
                    if stopped.is_cancelled() {
                        break;
                    }
                }
                if last.is_multiple_of(CHECKPOINT_RECORDS) && last > landed {
                    producer.flush()?;
                    return Ok((history, last, true));
                }
            }
            producer.flush()?;
            Ok((history, last, false))
        });
        let (rest, last, more) = batch.await??;
        (history, sent) = (rest, last);
        if !more || stop.is_cancelled() {
            break;
        }
        note_landed(state, pipeline, spool, sent)?;
    }
    let landed = wait_until_landed(pipeline, &spool.ends(), stop).await;
    bar.finish_and_clear();
    if landed {
        state.records_landed = state.records_landed.max(sent);
        state.history_landed = !stop.is_cancelled();
        state.write()?;
    }
    if state.history_landed {
        crate::commands::write_truth(&state.folder, &history.truth())?;
    }
    Ok(state.history_landed)
}

/// Notes the newest point of the history that has landed as a whole.
fn note_landed(state: &mut DemoState, pipeline: &Pipeline, spool: &Spool, sent: u64) -> Result<()> {
    state.points.push((sent, spool.ends()));
    let stand = stand(pipeline);
    let mut noted = None;
    state.points.retain(|(records, ends)| {
        let landed = has_landed(ends, &stand);
        if landed {
            noted = noted.max(Some(*records));
        }
        !landed
    });
    if let Some(records) = noted {
        state.records_landed = records;
        state.write()?;
    }
    Ok(())
}

fn stand(pipeline: &Pipeline) -> HashMap<TopicPartition, i64> {
    let of = |stream| watermarks(pipeline.writers.of(stream).table(), stream);
    Stream::ALL.into_iter().flat_map(of).collect()
}

/// Whether tables that stand so have everything before these offsets.
fn has_landed(ends: &HashMap<TopicPartition, i64>, stand: &HashMap<TopicPartition, i64>) -> bool {
    ends.iter().all(|(of, end)| stand.get(of).is_some_and(|at| at >= end))
}

/// Waits until the tables stand at these offsets; `false` where it was told to stop before.
async fn wait_until_landed(pipeline: &Pipeline, ends: &HashMap<TopicPartition, i64>, stop: &CancellationToken) -> bool {
    loop {
        if has_landed(ends, &stand(pipeline)) {
            return true;
        }
        if stop.run_until_cancelled(tokio::time::sleep(Duration::from_millis(20))).await.is_none() {
            return false;
        }
    }
}
