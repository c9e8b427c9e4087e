//! Reports of people's own: definitions in a folder, runs that are due or asked for, their files in a store, and those
//! who are told of them. What a definition means is `tidemark_reports::saved`, which is pure; here are clock, engine,
//! store and network.
//!
//! # Layout (also the way of a run)
//! * [`definitions`]: the folder; [`relation`]: `report_definitions`
//! * [`due`]: which runs are to be made, and of which somebody is to be told
//! * [`make`]: a definition becomes files; [`editions`]: where it is a report of the platform
//! * [`deliver`]: folders and webhooks
//! * [`history`]: steps of runs, a numbered commit each
//! * this file: all of it together, and what HTTP asks

mod definitions;
mod deliver;
mod due;
mod editions;
mod history;
mod make;
mod relation;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use tidemark_engine::Engine;
use tidemark_lake::Store;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{Answer, Checked, SavedReports};
use tidemark_model::principal::Principal;
use tidemark_reports::Scope;
use tidemark_reports::saved::catalogue::Catalogue;
use tidemark_reports::saved::check::{Problem, Rules, check};
use tidemark_reports::saved::definition::{self, Definition, Unreadable};
use tidemark_reports::saved::run::{RunId, State, waits_until};
use tokio_util::sync::CancellationToken;

pub(crate) use self::definitions::Definitions;
use self::definitions::placed;
use self::deliver::Delivery;
use self::due::Task;
use self::history::{History, Step};
use self::make::Maker;
pub(crate) use self::relation::DefinitionsTable;
use crate::config;
use crate::numbered::{Landed, Numbered};
use crate::principals::Principals;

/// Rest between two looks at the folder of definitions.
const LOOK_REST: Duration = Duration::from_secs(5);

/// Saved reports of an instance.
#[derive(Debug)]
pub(crate) struct Saved {
    definitions: Arc<Definitions>,
    maker: Maker,
    history: History,
    delivery: Delivery,
    principals: Principals,
    rules: config::Reports,
}

impl Saved {
    /// Over an engine, the table of steps, and the store for files.
    pub(crate) fn new(
        engine: &Arc<Engine>,
        steps: Arc<Numbered>,
        store: Store,
        definitions: Arc<Definitions>,
        rules: &config::Reports,
        principals: Principals,
    ) -> Self {
        Self {
            definitions,
            maker: Maker::new(Arc::clone(engine)),
            history: History::new(Arc::clone(engine), steps),
            delivery: Delivery::new(store, rules.secrets.clone()),
            principals,
            rules: rules.clone(),
        }
    }

    /// Makes the runs that are due at an instant, and tells those who wait to be told.
    ///
    /// # Errors
    /// Where the history cannot be read or written; the next round finds the same due.
    pub(crate) async fn round(&self, now: DateTime<Utc>) -> Result<(), ServiceError> {
        let known = self.definitions.all().await?;
        // After each task all is looked at again: others may have taken the next.
        loop {
            let history = self.history.read().await?;
            let Some(task) = due::tasks(&known, &history, now).into_iter().next() else { return Ok(()) };
            match task {
                Task::Make { definition, run, due_at } => {
                    if !self.make(&definition, (&run, due_at), history.number, now).await? {
                        return Ok(());
                    }
                }
                Task::Tell { definition, step } => self.tell(&definition, step, now).await?,
                Task::GiveUp { step } => {
                    let reason = Some("it was begun several times and never ended".to_owned());
                    self.history.land(&Step { state: State::Failed, reason, ..step }, Utc::now()).await?;
                }
            }
        }
    }

    /// Looks at the folder of definitions again and again, until stopped, so that each process knows what people or
    /// other processes changed in it, and what is wrong with that before a run is due.
    pub(crate) async fn follow(&self, stop: CancellationToken) {
        let mut told = None;
        while let Some(looked) = stop.run_until_cancelled(self.look()).await {
            let failure = looked.err().map(|error| error.to_string());
            if failure != told
                && let Some(failure) = &failure
            {
                tracing::warn!("definitions of reports are not followed: {failure}");
            }
            told = failure;
            stop.run_until_cancelled(tokio::time::sleep(LOOK_REST)).await;
        }
    }

    /// Reads the folder, and checks what has not passed the check as it is now.
    async fn look(&self) -> Result<(), ServiceError> {
        self.definitions.all().await?;
        let unsound = self.definitions.unsound();
        if unsound.is_empty() {
            return Ok(());
        }
        let catalogue = self.maker.catalogue().await?;
        for definition in unsound {
            let problem = match self.problems(&definition, &catalogue) {
                Ok(problems) => told(&problems),
                Err(error) => Some(placed("owner", &error.message)),
            };
            self.definitions.note(&definition, problem);
        }
        Ok(())
    }

    /// Claims a run, as the commit after a number, and makes it; whether it was this process that did.
    async fn make(
        &self,
        definition: &Definition,
        (run, due_at): (&RunId, DateTime<Utc>),
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, ServiceError> {
        let claim = Step::claimed(definition, run, due_at);
        if self.history.claim(&claim, number, now).await? == Landed::Outrun {
            return Ok(false);
        }
        let step = match self.made(definition, run, due_at).await {
            Ok(step) => step,
            Err(error) => not_made(definition, claim, &error, now),
        };
        self.history.land(&step, Utc::now()).await?;
        Ok(true)
    }

    /// Makes the files of a run and puts them into its folders.
    async fn made(&self, definition: &Definition, run: &RunId, due_at: DateTime<Utc>) -> Result<Step, ServiceError> {
        let scope = self.scope_of(definition)?;
        let made = self.maker.make(definition, &scope, run, due_at).await?;
        let delivered = self.delivery.put(definition, run, &made).await?;
        let has_all = delivered.len() == definition.destinations.len();
        Ok(Step {
            state: if has_all { State::Delivered } else { State::Made },
            num_rows: Some(made.num_rows),
            files: Some(made.listing.clone()),
            next_at: (!has_all).then_some(due_at),
            delivered,
            ..Step::claimed(definition, run, due_at)
        })
    }

    /// Tells the receivers of a run that have not taken it.
    async fn tell(&self, definition: &Definition, step: Step, now: DateTime<Utc>) -> Result<(), ServiceError> {
        let told = self.delivery.tell(definition, step, now).await?;
        self.history.land(&told, Utc::now()).await
    }

    /// What the owner of a definition may see.
    fn scope_of(&self, definition: &Definition) -> Result<Scope, ServiceError> {
        self.principals.scope(&Principal::named(definition.owner.as_str()))
    }

    /// Whoever sees all, or is the owner himself.
    fn allow(&self, owner: &str, by: &Principal) -> Result<(), ServiceError> {
        if owner == by.name() || self.principals.scope(by)? == Scope::Whole {
            return Ok(());
        }
        let message = format!("the principal \"{}\" may not see what \"{owner}\" may", by.name());
        Err(ServiceError::new(ErrorCode::NotAllowed, message).with_hint("ask the report's owner"))
    }

    /// Reads a document and lists its problems.
    async fn checked(&self, document: &[u8]) -> Result<Result<Definition, Vec<Problem>>, ServiceError> {
        let definition = match definition::from_json(document) {
            Ok(definition) => definition,
            Err(Unreadable { place, message }) => {
                let cure = "docs/reports.md says what a definition is".to_owned();
                return Ok(Err(vec![Problem { place, message, cure, near: Vec::new() }]));
            }
        };
        let problems = self.problems(&definition, &self.maker.catalogue().await?)?;
        Ok(if problems.is_empty() { Ok(definition) } else { Err(problems) })
    }

    /// What is wrong with a definition, within what its owner may see.
    fn problems(&self, definition: &Definition, catalogue: &Catalogue) -> Result<Vec<Problem>, ServiceError> {
        let scope = self.scope_of(definition)?;
        let rules = Rules { scope: &scope, webhook_hosts: &self.rules.webhook_hosts };
        Ok(check(definition, catalogue, &rules))
    }
}

#[async_trait]
impl SavedReports for Saved {
    async fn definition(&self, name: &str) -> Result<Option<String>, ServiceError> {
        let found = self.definitions.find(name).await?;
        found.map(|definition| serde_json::to_string(&definition).map_err(|error| internal(&error))).transpose()
    }

    async fn save(&self, name: &str, document: &[u8], by: &Principal) -> Result<Checked<()>, ServiceError> {
        let definition = match self.checked(document).await? {
            Ok(definition) => definition,
            Err(problems) => return refused(&problems),
        };
        if definition.name != name {
            let message = format!("the definition is named \"{}\", not \"{name}\"", definition.name);
            return Err(
                ServiceError::new(ErrorCode::InvalidValue, message).with_hint("send it to the address of its name")
            );
        }
        self.allow(&definition.owner, by)?;
        if let Some(known) = self.definitions.find(name).await? {
            self.allow(&known.owner, by)?;
        }
        self.definitions.write(&definition).await.map(Checked::Taken)
    }

    async fn delete(&self, name: &str, by: &Principal) -> Result<bool, ServiceError> {
        let Some(known) = self.definitions.find(name).await? else { return Ok(false) };
        self.allow(&known.owner, by)?;
        self.definitions.delete(name).await.map(|()| true)
    }

    async fn preview(&self, document: &[u8], by: &Principal) -> Result<Checked<Answer>, ServiceError> {
        let definition = match self.checked(document).await? {
            Ok(definition) => definition,
            Err(problems) => return refused(&problems),
        };
        self.allow(&definition.owner, by)?;
        let rows = self.maker.rows(&definition, &self.scope_of(&definition)?, Utc::now()).await?;
        let schema = rows.first().map(arrow::array::RecordBatch::schema);
        let schema = schema.unwrap_or_else(|| Arc::new(arrow::datatypes::Schema::empty()));
        Ok(Checked::Taken(Answer { schema, rows: stream::iter(rows.into_iter().map(Ok)).boxed() }))
    }

    async fn run(&self, name: &str, by: &Principal) -> Result<Option<String>, ServiceError> {
        let Some(definition) = self.definitions.find(name).await? else { return Ok(None) };
        self.allow(&definition.owner, by)?;
        let now = Utc::now();
        let run = RunId::by_hand(name, now);
        while !self.make(&definition, (&run, now), self.history.number().await?, now).await? {
            // Another run was written down first; this one has an id of its own.
        }
        Ok(Some(run.to_string()))
    }

    async fn file(&self, run_id: &str, file: &str, by: &Principal) -> Result<Option<Bytes>, ServiceError> {
        let history = self.history.read().await?;
        let Some(step) = history.last(run_id) else { return Ok(None) };
        self.allow(&step.owner, by)?;
        self.delivery.file(run_id, file).await
    }
}

/// How a run stands that could not be made: one that is due by its timetable waits for what it is to show.
fn not_made(definition: &Definition, claim: Step, error: &ServiceError, now: DateTime<Utc>) -> Step {
    let is_due = RunId::due(&definition.name, claim.due_at).as_str() == claim.run_id;
    let is_early = is_due && error.code == ErrorCode::NothingYet;
    let reason = Some(error.to_string());
    if let Some(next_at) = waits_until(claim.due_at, now).filter(|_| is_early) {
        return Step { state: State::Waiting, next_at: Some(next_at), reason, ..claim };
    }
    tracing::warn!("the report {} could not be made: {error}", claim.run_id);
    Step { state: State::Failed, reason, ..claim }
}

/// Problems in one text; none where there are none.
fn told(problems: &[Problem]) -> Option<String> {
    let told: Vec<_> = problems.iter().map(|problem| placed(&problem.place, &problem.message)).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn refused<T>(problems: &[Problem]) -> Result<Checked<T>, ServiceError> {
    serde_json::to_string(problems).map(Checked::Refused).map_err(|error| internal(&error))
}

fn internal(error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::new(ErrorCode::Internal, error.to_string())
}
