//! What a second start must know of the first: `demo.json` beside the tables.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use tidemark_generator::Plan;
use tidemark_model::position::TopicPartition;
use tidemark_model::stream::Stream;

use crate::cli::Year;

/// The demo of one directory.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DemoState {
    seed: u64,
    days: u32,
    end: NaiveDate,
    scale: f64,
    /// How often it has been started: the number of the broker's log, which lives in memory.
    pub(crate) starts: u32,
    /// Records of the history that have landed as a whole.
    pub(crate) records_landed: u64,
    /// Whether all of it has.
    pub(crate) history_landed: bool,
    /// The moment before which all live events have landed.
    #[serde(default)]
    live_until: Option<DateTime<Utc>>,
    /// The moment up to which this start has sent live events, once it stops.
    #[serde(skip)]
    pub(crate) stopped_at: Option<DateTime<Utc>>,
    /// Points of this start's sending that have not landed yet: records sent, and the offsets after them.
    #[serde(skip)]
    pub(crate) points: Vec<(u64, HashMap<TopicPartition, i64>)>,
    /// The directory.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
}

impl DemoState {
    /// Reads the state of a directory, or begins one.
    pub(crate) fn read_or_new(folder: &Path, year: &Year) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| {
            format!("could not make the data directory \"{}\"; name another with --dir", folder.display())
        })?;
        let path = folder.join("demo.json");
        let mut state = match std::fs::read(&path) {
            Ok(bytes) => {
                let state: Self = serde_json::from_slice(&bytes)
                    .with_context(|| format!("\"{}\" is damaged; name another directory with --dir", path.display()))?;
                if (state.seed, state.days) != (year.seed, year.days) {
                    bail!(
                        "\"{}\" holds the demo of --days {} --seed {}; start it with these, or name another --dir",
                        folder.display(),
                        state.days,
                        state.seed
                    );
                }
                state
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self {
                seed: year.seed,
                days: year.days,
                end: year.end.unwrap_or_else(|| chrono::Utc::now().date_naive()),
                scale: year.scale,
                starts: 0,
                records_landed: 0,
                history_landed: false,
                live_until: None,
                stopped_at: None,
                points: Vec::new(),
                folder: PathBuf::new(),
            },
            Err(error) => return Err(error).with_context(|| format!("could not read \"{}\"", path.display())),
        };
        folder.clone_into(&mut state.folder);
        state.starts += 1;
        state.write()?;
        Ok(state)
    }

    /// Writes the state, whole or not at all.
    pub(crate) fn write(&self) -> Result<()> {
        let (path, next) = (self.folder.join("demo.json"), self.folder.join("demo.json.next"));
        let write = || -> Result<()> {
            std::fs::write(&next, serde_json::to_vec_pretty(self)?)?;
            Ok(std::fs::rename(&next, &path)?)
        };
        write().with_context(|| format!("could not write \"{}\"", path.display()))
    }

    /// The plan of its events.
    pub(crate) fn plan(&self) -> Plan {
        Plan { scale: self.scale, ..Plan::new(self.seed, self.days, self.end) }
    }

    /// The moment before which everything has landed: the end of the history, or that of the last live events.
    pub(crate) fn live_until(&self) -> DateTime<Utc> {
        self.live_until.unwrap_or_else(|| self.end.and_time(NaiveTime::MIN).and_utc())
    }

    /// Notes that all live events before a moment have landed.
    pub(crate) fn note_live(&mut self, until: DateTime<Utc>) -> Result<()> {
        self.live_until = Some(until);
        self.write()
    }

    /// Notes that everything this start has sent has landed.
    pub(crate) fn note_stopped(&mut self) -> Result<()> {
        self.stopped_at.take().map_or(Ok(()), |until| self.note_live(until))
    }

    /// The topic of a stream in this start's log.
    pub(crate) fn topic(&self, stream: Stream) -> String {
        if self.starts == 1 { stream.name().to_owned() } else { format!("{stream}.{}", self.starts) }
    }
}
