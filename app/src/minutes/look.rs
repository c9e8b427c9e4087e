//! What one look at this instance finds.

use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt;
use tidemark_ingest::IngestMetrics;
use tidemark_ingest::status::Status;
use tidemark_model::error::ServiceError;
use tidemark_model::port::QueryService;
use tidemark_model::principal::Principal;
use tidemark_model::stream::Stream;

/// How long an answer may take. Source: the domain's service levels, a board refreshes within 3 s.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// It plans over every table and reads no file.
const QUESTION: &str = "SELECT count(*) FROM tables";

/// What is found of one part of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Another instance's role.
    NotMine,
    /// It is well, or why not.
    Of(Result<(), String>),
}

/// What one look finds.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) answers: Found,
    pub(super) ingests: Found,
}

/// Looks at the parts that this instance has.
#[derive(Debug, Default)]
pub(crate) struct Looker {
    /// Queries, where it answers them.
    pub(crate) queries: Option<Arc<dyn QueryService>>,
    /// Ingest, where it takes events in.
    pub(crate) ingest: Option<Ingest>,
}

/// What ingest says of itself, and how far each stream was at the look before: records that wait, records taken.
#[derive(Debug)]
pub(crate) struct Ingest {
    status: Arc<Status>,
    metrics: IngestMetrics,
    before: Option<[(i64, u64); 3]>,
}

impl Looker {
    pub(super) async fn look(&mut self) -> Look {
        let answers = match &self.queries {
            None => Found::NotMine,
            Some(queries) => Found::Of(is_answered(queries.as_ref()).await),
        };
        Look { answers, ingests: self.ingest.as_mut().map_or(Found::NotMine, |ingest| Found::Of(ingest.look())) }
    }
}

async fn is_answered(queries: &dyn QueryService) -> Result<(), String> {
    let answered = async {
        let session = queries.session(&Principal::platform("availability")).await?;
        session.run(QUESTION, &[]).await?.rows.try_collect::<Vec<_>>().await?;
        Ok::<_, ServiceError>(())
    };
    match tokio::time::timeout(ANSWER_WITHIN, answered).await {
        Ok(answered) => answered.map_err(|error| format!("query: {error}")),
        Err(_) => Err(format!("query: no answer within {} s", ANSWER_WITHIN.as_secs())),
    }
}

impl Ingest {
    pub(crate) const fn new(status: Arc<Status>, metrics: IngestMetrics) -> Self {
        Self { status, metrics, before: None }
    }

    /// It is well where it waits for nothing, and no stream stands still while records wait for it.
    fn look(&mut self) -> Result<(), String> {
        let now = Stream::ALL.map(|stream| {
            let label = [stream.name()];
            (self.metrics.lag.with_label_values(&label).get(), self.metrics.records.with_label_values(&label).get())
        });
        let before = self.before.replace(now);
        if let Some(what) = self.status.waits_for() {
            return Err(format!("ingest: {what}"));
        }
        match before.and_then(|before| Stream::ALL.into_iter().find(|stream| stands_still(*stream, &before, &now))) {
            Some(stream) => Err(format!("ingest: records of {} wait and none is taken in", stream.name())),
            None => Ok(()),
        }
    }
}

fn stands_still(stream: Stream, before: &[(i64, u64); 3], now: &[(i64, u64); 3]) -> bool {
    let ((waited, had_taken), (wait, taken)) = (before[stream as usize], now[stream as usize]);
    waited > 0 && wait > 0 && taken == had_taken
}

#[cfg(test)]
mod tests {
    use prometheus::Registry;

    use super::*;

    #[test]
    fn ingest_is_well_while_it_waits_for_nothing_and_takes_what_waits() {
        let (status, metrics) = (Arc::new(Status::default()), IngestMetrics::register(&Registry::new()).unwrap());
        let mut ingest = Ingest::new(Arc::clone(&status), metrics.clone());
        let lag = metrics.lag.with_label_values(&["invoices"]);
        assert_eq!(ingest.look(), Ok(()));
        lag.set(7);
        assert_eq!(ingest.look(), Ok(()), "they came a moment ago");
        assert_eq!(ingest.look(), Err("ingest: records of invoices wait and none is taken in".to_owned()));
        metrics.records.with_label_values(&["invoices"]).inc();
        assert_eq!(ingest.look(), Ok(()), "behind, and on its way");
        lag.set(0);
        assert_eq!(ingest.look(), Ok(()));
        status.set("kafka", Some("waiting for brokers".to_owned()));
        assert_eq!(ingest.look(), Err("ingest: waiting for brokers".to_owned()));
    }
}
