//! `tidemark sql`: one query, from a data directory or a running server.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use futures::TryStreamExt;
use tidemark_engine::{Engine, EngineConfig};
use tidemark_lake::Store;
use tidemark_model::error::ServiceError;
use tidemark_model::port::{QueryService, QuerySession};
use tidemark_model::principal::Principal;
use tidemark_sql::Library;

use crate::cli::{Source, Sql};
use crate::output;
use crate::progress::waiting;
use crate::service::{open_tables, own_relations};

/// Answers the query and writes its rows.
pub(crate) async fn run(arguments: Sql) -> Result<()> {
    let query = match (&arguments.query, &arguments.file) {
        (Some(query), _) => query.clone(),
        (None, Some(file)) => {
            std::fs::read_to_string(file).with_context(|| format!("could not read \"{}\"", file.display()))?
        }
        (None, None) => bail!("give a query, or a file with --file"),
    };
    let asker = Asker::open(&arguments.source).await?;
    let (schema, rows) = asker.ask(&query).await?;
    output::write(&arguments.output, &schema, &rows)
}

/// Whoever answers: this process over a data directory, or a server.
#[derive(Debug)]
pub(crate) enum Asker {
    /// A session over the committed tables of a directory.
    Local(Arc<dyn QuerySession>),
    /// A server's URL.
    Remote { client: reqwest::Client, url: String },
}

impl Asker {
    /// Opens the directory or notes the server.
    pub(crate) async fn open(source: &Source) -> Result<Self> {
        if let Some(server) = &source.server {
            let url = format!("{}/v1/sql?format=arrow", server.trim_end_matches('/'));
            return Ok(Self::Remote { client: reqwest::Client::new(), url });
        }
        let engine = open_engine(&source.place.dir).await?;
        Ok(Self::Local(engine.session(&Principal::local()).await.map_err(explain)?))
    }

    /// Runs a text of one or more statements; the answer is the last one's.
    pub(crate) async fn ask(&self, text: &str) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        waiting("the query runs", self.answer(text)).await
    }

    async fn answer(&self, text: &str) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        match self {
            Self::Local(session) => {
                let statements = session.statements(text).map_err(explain)?;
                let mut last = None;
                for statement in &statements {
                    let answer = session.run(statement, &[]).await.map_err(explain)?;
                    let schema = Arc::clone(&answer.schema);
                    last = Some((schema, answer.rows.try_collect().await.map_err(explain)?));
                }
                last.context("there is no statement in the text")
            }
            Self::Remote { client, url } => ask_server(client, url, text).await,
        }
    }
}

/// An engine over a directory that others may write, each statement with the newest commits.
pub(super) async fn open_engine(dir: &str) -> Result<Engine> {
    waiting("the lake opens", opened(dir)).await
}

async fn opened(dir: &str) -> Result<Engine> {
    if !dir.contains("://") && !std::path::Path::new(dir).exists() {
        bail!(
            "there is no data directory \"{dir}\": make one with `tidemark demo` or `tidemark load`, or name one with --dir"
        );
    }
    let store = Store::open(dir, &HashMap::new())?;
    let tables = open_tables(&store).await?;
    if tables.is_empty() {
        store.check_listable().await?;
        bail!("there are no tables in \"{dir}\": load some with `tidemark demo` or `tidemark load`");
    }
    let own = own_relations();
    let config = EngineConfig { refresh_before_query: true, ..EngineConfig::default() };
    let library = Arc::new(Library::open(None)?);
    Engine::new(tables, own, library, config).await.map_err(explain)
}

async fn ask_server(client: &reqwest::Client, url: &str, text: &str) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let request = client.post(url).header("content-type", "text/plain").body(text.to_owned());
    from_arrow(answered(request, url).await?)
}

/// The body of a server's answer, or what it says is wrong.
pub(super) async fn answered(request: reqwest::RequestBuilder, url: &str) -> Result<Bytes> {
    let response = request.send().await.with_context(|| format!("no answer from {url}: is the server running?"))?;
    let status = response.status();
    let body = response.bytes().await.context("the answer broke off")?;
    if !status.is_success() {
        let error: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let message = error["error"]["message"].as_str().map_or_else(|| format!("HTTP status {status}"), str::to_owned);
        let hint = error["error"]["hint"].as_str().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        bail!("{message}{hint}");
    }
    Ok(body)
}

/// The rows of an Arrow stream.
pub(super) fn from_arrow(body: Bytes) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let reader = arrow::ipc::reader::StreamReader::try_new(Cursor::new(body), None)?;
    let schema = reader.schema();
    Ok((schema, reader.collect::<Result<Vec<_>, _>>()?))
}

/// A port's error in the words of a command.
pub(super) fn explain(error: ServiceError) -> anyhow::Error {
    let hint = error.hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    anyhow::anyhow!("{}{hint}", error.message)
}
