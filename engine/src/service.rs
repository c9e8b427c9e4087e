//! The engine: tables, threads and memory behind [`QueryService`].

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::future::try_join_all;
use tidemark_lake::Table;
use tidemark_model::error::ServiceError;
use tidemark_model::port::{Freshness, PinnedQueries, QueryService, QuerySession};
use tidemark_model::principal::Principal;
use tidemark_model::schema::is_numbered;
use tidemark_sql::Library;
use tokio::sync::SetOnce;
use tokio_util::sync::CancellationToken;

use crate::answers::Answers;
use crate::catalog::{OwnRelations, Pinned, Relations};
use crate::config::EngineConfig;
use crate::error::{of_lake, translate};
use crate::kpis;
use crate::own_queries::OwnQueries;
use crate::pool::{Haste, Pool, Pools};
use crate::running::{Running, RunningQueries};
use crate::session::Session;
use crate::template::Template;

/// After so long a round of keeping cells fresh rests.
const ROUND_MAX: Duration = Duration::from_millis(500);
/// Longest rest between two rounds.
const REST_MAX: Duration = Duration::from_secs(2);
/// How long a look at some answer counts: longer than a dashboard's usual refresh.
const LOOKED_WITHIN: Duration = Duration::from_mins(2);
/// After a round of following entities it rests so many times as long as that took: while somebody looks, else. What
/// dashboards see is as old as one round and one rest.
const RESTS_OF_ENTITIES: [u32; 2] = [1, 10];
/// The same for KPI cells.
const RESTS_OF_CELLS: [u32; 2] = [2, 10];

/// Answers SQL over the lake's tables.
#[derive(Debug)]
pub struct Engine {
    shared: Arc<Shared>,
    /// How fresh a session's answers are unless it asks for something else.
    freshness: Freshness,
    /// Whether somebody waits for a session's answers.
    haste: Haste,
}

/// A comparison of kept cells with the raw answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Which cells.
    pub what: String,
    /// Rows that only one of the two has; anything but 0 is a defect.
    pub differing: usize,
}

/// What the engine's sessions share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) template: Arc<Template>,
    pub(crate) answers: Arc<Answers>,
    pub(crate) pools: Pools,
    pub(crate) running: Arc<Running>,
    pub(crate) config: EngineConfig,
    /// That entities were read for the first time, or could not be.
    entities: SetOnce<()>,
}

impl Engine {
    /// An engine over the tables that there are; a table that is missing is unknown to queries, with a hint.
    /// `own` are the application's own relations; `library` its views and KPIs.
    ///
    /// # Errors
    /// Where its threads cannot be started, a folder for spilled data cannot be used, or a view cannot be planned.
    pub async fn new(
        tables: Vec<Arc<Table>>,
        mut own: OwnRelations,
        library: Arc<Library>,
        config: EngineConfig,
    ) -> Result<Self, ServiceError> {
        let running = Arc::new(Running::default());
        own.system.push(Arc::new(RunningQueries(Arc::clone(&running))));
        let relations = Relations::new(tables, own, library, &config);
        let template = Template::new(relations, &config).await.map_err(|error| translate(&error, &[]))?;
        let pools = Pools::new(config.worker_threads)?;
        let (template, answers) = (Arc::new(template), Arc::default());
        let shared = Arc::new(Shared { template, answers, pools, running, config, entities: SetOnce::new() });
        Ok(Self { shared, freshness: Freshness::Live, haste: Haste::Waited })
    }

    /// The same engine for clients whose answers are as fresh as this unless they ask for something else.
    #[must_use]
    pub fn answering(&self, freshness: Freshness) -> Self {
        Self { shared: Arc::clone(&self.shared), freshness, haste: self.haste }
    }

    /// The same engine for questions that nobody waits for and that read many events: one thread computes their answers,
    /// after all that others ask. Entities and KPIs are refused: whoever has haste would wait for what such a question
    /// began.
    #[must_use]
    pub fn in_background(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), freshness: self.freshness, haste: Haste::Background }
    }

    fn waited(&self) -> &Pool {
        self.shared.pools.of(Haste::Waited)
    }

    /// Makes sure that every KPI can be asked for: a file with a wrong column must not break the relation for all.
    ///
    /// # Errors
    /// The KPI that cannot be planned, and why.
    pub async fn check_kpis(&self) -> Result<(), ServiceError> {
        let names = self.shared.template.relations().names();
        let pinned = self.pinned(Freshness::Committed)?;
        kpis::check(&pinned).await.map_err(|(kpi, error)| {
            let error = translate(&error, names);
            ServiceError {
                message: format!("the KPI {kpi} ({kpi}.sql) cannot be asked for: {}", error.message),
                ..error
            }
        })
    }

    /// Reads the rows of views that are kept and lets them follow the events, and brings up to date the KPI cells that
    /// somebody asked for lately, until stopped. Both go on side by side; between two rounds each rests for a while, at
    /// least as long as its round took, and longer while nobody looks. What fails is logged and tried again;
    /// queries then do the same work themselves.
    pub async fn keep_fresh(&self, rest: Duration, stop: CancellationToken) {
        let rest_of = |rests: [u32; 2]| {
            move |took: Duration| rest.max((took * rests[usize::from(!self.is_watched())]).min(REST_MAX))
        };
        let entities = again("entities", rest_of(RESTS_OF_ENTITIES), &stop, || self.follow());
        let cells = again("KPI cells", rest_of(RESTS_OF_CELLS), &stop, || self.freshen());
        tokio::join!(entities, cells);
    }

    /// Waits until the first round of [`Self::keep_fresh`] is over. Who asks much that nobody waits for is kind to begin
    /// then: after a start all that people ask waits for entities.
    pub async fn entities_were_read(&self) {
        self.shared.entities.wait().await;
    }

    fn is_watched(&self) -> bool {
        self.shared.template.relations().is_looked_at(LOOKED_WITHIN)
    }

    /// The tables as they are committed now; every answer is of this one moment.
    ///
    /// # Errors
    /// Where the lake does not answer.
    pub async fn committed(&self) -> Result<Arc<dyn PinnedQueries>, ServiceError> {
        self.refresh().await?;
        Ok(Arc::new(OwnQueries::new(Arc::clone(&self.shared), self.pinned(Freshness::Committed)?)))
    }

    /// The tables as dashboards see them now, with what is kept of them; every answer is of this one moment. Nobody waits
    /// for these answers, so each takes one thread.
    ///
    /// # Errors
    /// As [`Self::committed`].
    pub async fn live(&self) -> Result<Arc<dyn PinnedQueries>, ServiceError> {
        if self.shared.config.refresh_before_query {
            self.refresh().await?;
        }
        Ok(Arc::new(OwnQueries::new(Arc::clone(&self.shared), self.pinned(Freshness::Live)?.unhurried())))
    }

    /// Reads what others have committed. Of a table of events that this process writes, only its writer may do so: it
    /// must see every entry of others, to know which of their events come again.
    async fn refresh(&self) -> Result<(), ServiceError> {
        let writes_events = !self.shared.config.refresh_before_query;
        let tables = self.shared.template.relations().lake().iter();
        let of_others = tables.filter(|table| !writes_events || is_numbered(table.spec().name));
        try_join_all(of_others.map(|table| table.refresh())).await.map(|_| ()).map_err(|error| of_lake(&error))
    }

    fn pinned(&self, freshness: Freshness) -> Result<Pinned, ServiceError> {
        let template = &self.shared.template;
        template.pinned(freshness).map_err(|error| translate(&error, template.relations().names()))
    }

    /// What its statements share.
    #[cfg(test)]
    pub(crate) fn template(&self) -> &Template {
        &self.shared.template
    }

    /// How many answers are kept.
    #[cfg(test)]
    pub(crate) fn num_answers(&self) -> usize {
        self.shared.answers.len()
    }

    /// Lets entities follow the events.
    pub(crate) async fn follow(&self) -> Result<(), ServiceError> {
        let template = Arc::clone(&self.shared.template);
        let followed = self.waited().start(async move { follow(&template).await })?.outcome().await;
        // Every later round finds it set.
        let _ = self.shared.entities.set(());
        followed?
    }

    /// Brings cells up to date that somebody asked for lately, as of the moment that entities hold for.
    pub(crate) async fn freshen(&self) -> Result<(), ServiceError> {
        let template = Arc::clone(&self.shared.template);
        self.waited().start(async move { freshen(&template).await })?.outcome().await?
    }

    /// Compares KPI cells that are kept with what their source answers from all events; another source with each turn.
    ///
    /// # Errors
    /// Where the source cannot be asked.
    pub async fn audit(&self, turn: usize) -> Result<Option<Audit>, ServiceError> {
        let template = Arc::clone(&self.shared.template);
        let pick = async move {
            let picked = async { kpis::kept_cells(&template.pinned(Freshness::Live)?, turn).await }.await;
            picked.map_err(|error| translate(&error, template.relations().names()))
        };
        let Some(cells) = self.waited().start(pick)?.outcome().await?? else { return Ok(None) };
        let template = Arc::clone(&self.shared.template);
        let compare = async move {
            let differing = cells.num_differing().await;
            let differing = differing.map_err(|error| translate(&error, template.relations().names()))?;
            Ok(Some(Audit { what: cells.what, differing }))
        };
        self.shared.pools.of(Haste::Background).start(compare)?.outcome().await?
    }

    /// Queries that are planned, run or wait for their client now.
    #[must_use]
    pub fn num_running(&self) -> usize {
        self.shared.pools.num_running()
    }
}

/// Does something again and again until stopped, with a rest in between.
async fn again<F: Future<Output = Result<(), ServiceError>>>(
    what: &str,
    rest: impl Fn(Duration) -> Duration,
    stop: &CancellationToken,
    round: impl Fn() -> F,
) {
    loop {
        let started = Instant::now();
        match stop.run_until_cancelled(round()).await {
            None => return,
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::warn!("{what} are not kept fresh: {error}"),
        }
        if stop.run_until_cancelled(tokio::time::sleep(rest(started.elapsed()))).await.is_none() {
            return;
        }
    }
}

async fn follow(template: &Template) -> Result<(), ServiceError> {
    let round = async {
        let pinned = template.pinned(Freshness::Live)?;
        pinned.kept().build(&pinned).await?;
        // Reading everything for the first time takes long.
        let pinned = template.pinned(Freshness::Live)?;
        let held = pinned.kept().follow(&pinned).await?;
        pinned.store().has_followed(&pinned, held);
        tracing::trace!("entities followed in {:?}", pinned.at().elapsed());
        Ok(())
    };
    round.await.map_err(|error| translate(&error, template.relations().names()))
}

async fn freshen(template: &Template) -> Result<(), ServiceError> {
    let round = async {
        let pinned = template.pinned(Freshness::Live)?;
        // Until entities are there, or while they cannot follow, each query sees to what it needs.
        let Some(pinned) = pinned.store().followed(&pinned) else { return Ok(()) };
        kpis::freshen(&pinned.unhurried(), ROUND_MAX).await?;
        tracing::trace!("cells took {:?}", pinned.at().elapsed());
        Ok(())
    };
    round.await.map_err(|error| translate(&error, template.relations().names()))
}

#[async_trait]
impl QueryService for Engine {
    async fn session(&self, principal: &Principal) -> Result<Arc<dyn QuerySession>, ServiceError> {
        Ok(Arc::new(Session::new(Arc::clone(&self.shared), principal.clone(), self.freshness, self.haste)))
    }

    fn cancel(&self, query_id: u64) -> bool {
        self.shared.running.cancel(query_id)
    }
}
