//! One principal's session: its settings, and its statements, each passed by the gate first.
//!
//! # Sums
//! DataFusion's `sum` wraps around silently (trap 9); the engine's own fails instead, see `functions::sum`. Single
//! additions and multiplications of integers in a query still wrap as in DataFusion; amounts are decimals, whose
//! arithmetic is checked.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::common::{Result as PlanResult, plan_err};
use futures::StreamExt;
use futures::future::try_join_all;
use tidemark_model::error::{ErrorCode, ServiceError};
use tidemark_model::port::{Answer, Description, Freshness, Parameter, QuerySession};
use tidemark_model::principal::Principal;
use tidemark_sql::gate::{self, Kind, Statement, Transaction};

use crate::answers::{Keeping, Question};
use crate::catalog::Pinned;
use crate::cursors::Cursors;
use crate::error::{of_lake, translate};
use crate::pool::{Haste, Pool};
use crate::query::{Deadline, Query};
use crate::service::Shared;
use crate::settings::Settings;

/// See the module.
#[derive(Debug)]
pub(crate) struct Session {
    shared: Arc<Shared>,
    principal: Principal,
    settings: Arc<Mutex<Settings>>,
    haste: Haste,
    cursors: Cursors,
    /// The moment of the newest answer made of rows that follow their events: the next is of none before.
    seen: Mutex<Option<Instant>>,
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, principal: Principal, freshness: Freshness, haste: Haste) -> Self {
        let settings = Arc::new(Mutex::new(Settings::starting(freshness)));
        Self { shared, principal, settings, haste, cursors: Cursors::default(), seen: Mutex::default() }
    }

    fn pool(&self) -> &Pool {
        self.shared.pools.of(self.haste)
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        // Settings are valid after every single change, so a panic elsewhere leaves them usable.
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Pins the tables for a statement, newest first where others write them.
    async fn query(&self, asked: Asked<'_>, parameters: &[Parameter]) -> Result<Query, ServiceError> {
        let settings = self.settings().clone();
        let longest = self.shared.config.query_timeout;
        let place = self.shared.running.enter(self.principal.name(), asked.text);
        let deadline = Deadline::from_now(settings.statement_timeout().map_or(longest, |own| own.min(longest)), place);
        let template = &self.shared.template;
        if self.shared.config.refresh_before_query {
            let refreshed = try_join_all(template.relations().lake().iter().map(|table| table.refresh()));
            deadline.bound(refreshed).await?.map_err(|error| of_lake(&error))?;
        }
        let pinned = self.pinned(settings.freshness(), asked.reads).map(|pinned| match self.haste {
            Haste::Waited => pinned,
            Haste::Background => pinned.unhurried(),
        });
        let state = pinned.and_then(|pinned| template.statement(pinned, &self.principal, &settings, &self.settings));
        Ok(Query {
            template: Arc::clone(template),
            state: state.map_err(|error| translate(&error, template.relations().names()))?,
            text: asked.text.to_owned(),
            parameters: parameters.to_vec(),
            deadline: Arc::new(deadline),
            keeping: None,
        })
    }

    /// The tables as a statement that names these relations sees them.
    fn pinned(&self, freshness: Freshness, reads: &BTreeSet<String>) -> PlanResult<Pinned> {
        let is_recent = freshness == Freshness::Recent;
        let pinned = self.shared.template.pinned(if is_recent { Freshness::Live } else { freshness })?;
        if !pinned.may_wait(reads) {
            return Ok(pinned);
        }
        if self.haste == Haste::Background {
            return plan_err!("only relations of events can be asked for in the background, not entities or KPIs");
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let pinned = if is_recent { pinned.recent(reads, *seen) } else { pinned };
        *seen = Some(pinned.at());
        Ok(pinned)
    }

    /// The answer to a query: one that somebody got a moment ago, where nothing has changed since.
    async fn answer(&self, asked: Asked<'_>, parameters: &[Parameter]) -> Result<Answer, ServiceError> {
        let keeping = self.question(asked.text, parameters);
        if let Some((question, since)) = &keeping
            && let Some(answer) = self.shared.answers.get(question, *since)
        {
            return Ok(answer);
        }
        let mut query = self.query(asked, parameters).await?;
        query.keeping = keeping.map(|(question, since)| Keeping::new(&self.shared.answers, question, since));
        query.answer(self.pool()).await
    }

    /// A query as a question whose answer may be kept, and since when; `None` where it must be answered anew.
    fn question(&self, text: &str, parameters: &[Parameter]) -> Option<(Question, Instant)> {
        let settings = self.settings();
        let since = self.shared.template.relations().cells_hold_since()?;
        let (user, settings) = match settings.freshness() {
            Freshness::Live | Freshness::Recent => (self.principal.name().to_owned(), settings.all().clone()),
            Freshness::Committed => return None,
        };
        Some((Question { user, settings, text: text.to_owned(), parameters: parameters.to_vec() }, since))
    }

    fn show(&self, name: &str) -> Result<RecordBatch, ServiceError> {
        let settings = self.settings();
        if !name.eq_ignore_ascii_case("all") {
            let value = settings.get(name)?;
            return batch(show_schema(name), vec![StringArray::from_iter_values([value])]);
        }
        let (names, values) = (settings.all().keys(), settings.all().values());
        let columns = vec![StringArray::from_iter_values(names), StringArray::from_iter_values(values)];
        batch(show_schema(name), columns)
    }
}

/// A query of a statement.
#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    text: &'a str,
    /// The relations that it names.
    reads: &'a BTreeSet<String>,
}

impl<'a> Asked<'a> {
    const fn of(statement: &'a Statement) -> Self {
        Self { text: statement.text.as_str(), reads: &statement.reads }
    }
}

#[async_trait]
impl QuerySession for Session {
    fn statements(&self, sql: &str) -> Result<Vec<String>, ServiceError> {
        Ok(check(sql)?.into_iter().map(|statement| statement.text).collect())
    }

    async fn describe(&self, statement: &str, types: &[Option<DataType>]) -> Result<Description, ServiceError> {
        let statement = check_one(statement)?;
        let columns = match &statement.kind {
            kind if is_planned(kind) => {
                return self.query(Asked::of(&statement), &[]).await?.describe(self.pool(), types.to_vec()).await;
            }
            Kind::Show { name } => show_schema(name),
            Kind::Fetch { name, .. } => self.cursors.schema(name)?,
            _ => Arc::new(Schema::empty()),
        };
        Ok(Description { columns, parameters: Vec::new() })
    }

    async fn run(&self, statement: &str, parameters: &[Parameter]) -> Result<Answer, ServiceError> {
        let statement = check_one(statement)?;
        match &statement.kind {
            kind if is_planned(kind) => self.answer(Asked::of(&statement), parameters).await,
            Kind::Copy { query } => self.answer(Asked { text: query, ..Asked::of(&statement) }, parameters).await,
            Kind::Declare { name, query, holds } => {
                let answer = self.answer(Asked { text: query, ..Asked::of(&statement) }, parameters).await?;
                self.cursors.open(name.clone(), *holds, answer).map(|()| nothing())
            }
            Kind::Fetch { name, count } => self.cursors.fetch(name, *count),
            Kind::Close { name } => self.cursors.close(name.as_deref()).map(|()| nothing()),
            Kind::Transaction(Transaction::Commit | Transaction::Rollback) => {
                self.cursors.end_transaction();
                Ok(nothing())
            }
            Kind::Show { name } => Ok(answer(self.show(name)?)),
            Kind::Set { name, value } => {
                self.settings().set(name, value.as_deref())?;
                Ok(nothing())
            }
            // Of what a pooler sends, only DISCARD ALL concerns settings.
            Kind::Discard if statement.text.to_ascii_lowercase().starts_with("discard all") => {
                self.settings().reset();
                self.cursors.close(None).map(|()| nothing())
            }
            _ => Ok(nothing()),
        }
    }
}

fn check(sql: &str) -> Result<Vec<Statement>, ServiceError> {
    Ok(gate::check(sql)?)
}

fn check_one(sql: &str) -> Result<Statement, ServiceError> {
    let mut statements = check(sql)?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true) => Ok(statement),
        _ => Err(ServiceError::new(ErrorCode::InvalidSql, "exactly one statement was expected")),
    }
}

/// Whether DataFusion plans it; it also shows what is in `information_schema`.
fn is_planned(kind: &Kind) -> bool {
    match kind {
        Kind::Query | Kind::Explain => true,
        Kind::Show { name } => ["tables", "columns", "functions"].contains(&name.as_str()),
        _ => false,
    }
}

fn show_schema(name: &str) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    if name.eq_ignore_ascii_case("all") {
        return Arc::new(Schema::new(vec![text("name"), text("setting")]));
    }
    Arc::new(Schema::new(vec![text(&name.to_ascii_lowercase())]))
}

fn batch(schema: SchemaRef, columns: Vec<StringArray>) -> Result<RecordBatch, ServiceError> {
    let columns = columns.into_iter().map(|column| Arc::new(column) as _).collect();
    RecordBatch::try_new(schema, columns)
        .map_err(|error| ServiceError::new(ErrorCode::Internal, format!("could not show a setting: {error}")))
}

fn answer(rows: RecordBatch) -> Answer {
    Answer { schema: rows.schema(), rows: futures::stream::iter([Ok(rows)]).boxed() }
}

/// What a statement that has no rows answers.
fn nothing() -> Answer {
    Answer { schema: Arc::new(Schema::empty()), rows: futures::stream::empty().boxed() }
}
