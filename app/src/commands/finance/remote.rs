//! Finance's files on their way to a running instance, which takes all of them or none.

use anyhow::{Context, Result, bail};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tidemark_model::finance::{FileKind, Imported, LandedFile, RefusedRow, SubmittedFile};
use tidemark_model::principal::PRINCIPAL_HEADER;

/// What the instance answers where it took the files.
#[derive(Debug, Deserialize)]
struct Taken {
    import: i64,
    files: Vec<TakenFile>,
}

#[derive(Debug, Deserialize)]
struct TakenFile {
    kind: String,
    file: String,
    num_rows: usize,
}

/// What it answers where it did not.
#[derive(Debug, Deserialize)]
struct NotTaken {
    error: Failure,
    #[serde(default)]
    refused: Vec<Refused>,
}

#[derive(Debug, Deserialize)]
struct Failure {
    message: String,
    hint: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Refused {
    kind: String,
    file: String,
    line: u64,
    column: Option<String>,
    reason: String,
}

/// Sends the files and reads what became of them.
///
/// # Errors
/// Where there is no such instance, it takes no imports, or a file is no text.
pub(super) async fn import(server: &str, files: &[SubmittedFile], principal: &str) -> Result<Imported> {
    let url = format!("{}/v1/finance/imports", server.trim_end_matches('/'));
    let body = files.iter().map(of_file).collect::<Result<Map<_, _>>>()?;
    let request = reqwest::Client::new().post(&url).header(PRINCIPAL_HEADER, principal).json(&body);
    let response = request.send().await.with_context(|| format!("no answer from {url}: is the server running?"))?;
    let status = response.status();
    let bytes = response.bytes().await.context("the answer broke off")?;
    if status.is_success() {
        return landed(serde_json::from_slice(&bytes).context("the server's answer could not be read")?);
    }
    let Ok(NotTaken { error, refused }) = serde_json::from_slice(&bytes) else {
        bail!("HTTP status {status} from {url}")
    };
    if status == StatusCode::UNPROCESSABLE_ENTITY && !refused.is_empty() {
        return Ok(Imported::Refused(refused.into_iter().map(row).collect::<Result<_>>()?));
    }
    let hint = error.hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    bail!("{}{hint}", error.message)
}

fn of_file(file: &SubmittedFile) -> Result<(String, Value)> {
    let text = std::str::from_utf8(&file.bytes);
    let text = text.with_context(|| format!("\"{}\" is not UTF-8: save the file as UTF-8", file.name))?;
    Ok((file.kind.name().to_owned(), json!({"name": file.name, "text": text})))
}

fn landed(taken: Taken) -> Result<Imported> {
    let file = |TakenFile { kind, file, num_rows }| Ok(LandedFile { kind: known(&kind)?, name: file, num_rows });
    Ok(Imported::Landed { number: taken.import, files: taken.files.into_iter().map(file).collect::<Result<_>>()? })
}

fn row(refused: Refused) -> Result<RefusedRow> {
    let Refused { kind, file, line, column, reason } = refused;
    Ok(RefusedRow { kind: known(&kind)?, file, line, column, reason })
}

fn known(kind: &str) -> Result<FileKind> {
    FileKind::find(kind).with_context(|| format!("the server speaks of files of \"{kind}\": use its own release"))
}
