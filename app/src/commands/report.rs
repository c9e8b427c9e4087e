//! `tidemark report`: what finance and managers take away, from a data directory or a running server.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use futures::TryStreamExt;
use tidemark_model::port::Reports;
use tidemark_model::principal::{PRINCIPAL_HEADER, Principal};
use tidemark_model::report::{ReportFormat, ReportRequest};

use super::sql::{answered, explain, from_arrow, open_engine};
use crate::cli::{Form, Output, Report};
use crate::output;
use crate::principals::Principals;
use crate::progress::waiting;
use crate::reporter::Reporter;

/// Writes a report: its rows, or a document.
pub(crate) async fn run(report: Report) -> Result<()> {
    let asker = Asker::open(&report).await?;
    let Report { kind, month, city, language, format, output, .. } = report;
    let request = ReportRequest { kind, month, city, language };
    match format.map(Form::kind).transpose() {
        Err(document) => {
            refuse_terminal(document, output.as_deref())?;
            let file = waiting("the report is made", asker.file(&request, document)).await?;
            write(&file, output.as_deref())
        }
        Ok(format) => {
            let (schema, rows) = waiting("the report is made", asker.rows(&request)).await?;
            output::write(&Output { format, output }, &schema, &rows)
        }
    }
}

/// Whoever makes the report: this process over a data directory, or a server.
enum Asker {
    Local(Reporter, Principal),
    Remote { client: reqwest::Client, server: String, principal: String },
}

type Rows = (arrow::datatypes::SchemaRef, Vec<arrow::array::RecordBatch>);

impl Asker {
    async fn open(report: &Report) -> Result<Self> {
        let principal = report.principal.clone();
        if let Some(server) = &report.source.server {
            let server = server.trim_end_matches('/').to_owned();
            return Ok(Self::Remote { client: reqwest::Client::new(), server, principal });
        }
        let principals = Principals::read(report.principals.as_deref())?;
        let engine = open_engine(&report.source.place.dir).await?;
        Ok(Self::Local(Reporter::new(Arc::new(engine), principals), Principal::named(principal)))
    }

    async fn file(&self, request: &ReportRequest, format: ReportFormat) -> Result<Vec<u8>> {
        match self {
            Self::Local(reporter, by) => Ok(reporter.file(request, format, by).await.map_err(explain)?.bytes),
            Self::Remote { .. } => Ok(self.download(request, format.name()).await?.to_vec()),
        }
    }

    async fn rows(&self, request: &ReportRequest) -> Result<Rows> {
        match self {
            Self::Local(reporter, by) => {
                let answer = reporter.rows(request, by).await.map_err(explain)?;
                Ok((answer.schema, answer.rows.try_collect().await.map_err(explain)?))
            }
            Self::Remote { .. } => from_arrow(self.download(request, "arrow").await?),
        }
    }

    async fn download(&self, request: &ReportRequest, format: &str) -> Result<bytes::Bytes> {
        let Self::Remote { client, server, principal } = self else { bail!("there is no server to ask") };
        let ReportRequest { kind, month, city, language } = request;
        let mut url = url::Url::parse(&format!("{server}/v1/reports/{kind}/{month}"))
            .with_context(|| format!("\"{server}\" is no URL"))?;
        url.query_pairs_mut().append_pair("format", format).append_pair("language", language.tag());
        if let Some(city) = city {
            url.query_pairs_mut().append_pair("city", city);
        }
        answered(client.get(url.clone()).header(PRINCIPAL_HEADER, principal), url.as_str()).await
    }
}

/// What is not text does no terminal any good.
fn refuse_terminal(format: ReportFormat, output: Option<&Path>) -> Result<()> {
    if format.is_binary() && output.is_none() && std::io::stdout().is_terminal() {
        bail!("{format} is not for a terminal: name a file with -o, such as -o report.{}", format.extension());
    }
    Ok(())
}

fn write(bytes: &[u8], output: Option<&Path>) -> Result<()> {
    match output {
        Some(path) => std::fs::write(path, bytes).with_context(|| format!("could not write \"{}\"", path.display())),
        None => Ok(std::io::stdout().write_all(bytes)?),
    }
}
