//! `POST /v1/finance/imports`: finance's files in one request, all of them taken or none.
//!
//! The files come as texts in a JSON object and not as a form: a browser asks before it sends JSON to another site, and
//! sends forms without asking.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tidemark_model::finance::{FileKind, Imported, LandedFile, RefusedRow, SubmittedFile};
use tidemark_model::limits::HTTP_BODY_BYTES_MAX;

use super::error::HttpError;
use super::reports::principal;
use super::{Services, json_body};

/// Longest name of a file, in characters.
const NAME_CHARS_MAX: usize = 255;
const EXAMPLE: &str = r#"send {"pools": {"name": "pools.csv", "text": "month,pool,..."}}; rates, budgets, prices, plans and policy likewise"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    pools: Option<File>,
    rates: Option<File>,
    budgets: Option<File>,
    prices: Option<File>,
    plans: Option<File>,
    policy: Option<File>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    text: String,
}

pub(super) async fn import(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpError> {
    let Some(imports) = services.writes.imports else {
        let message = "this process takes no imports of finance";
        return Err(HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            .with_hint("its log says why the table of imports could not be opened"));
    };
    let by = principal(&headers)?;
    let files = files(json_body(&headers, body, HTTP_BODY_BYTES_MAX, EXAMPLE).await?)?;
    Ok(match imports.import(files, &by).await? {
        Imported::Landed { number, files } => {
            let files: Vec<Value> = files.iter().map(landed).collect();
            Json(json!({"import": number, "files": files})).into_response()
        }
        Imported::Refused(rows) => (StatusCode::UNPROCESSABLE_ENTITY, Json(refusal(&rows))).into_response(),
    })
}

fn files(request: Request) -> Result<Vec<SubmittedFile>, HttpError> {
    let Request { pools, rates, budgets, prices, plans, policy } = request;
    let all = [
        (FileKind::Pools, pools),
        (FileKind::Rates, rates),
        (FileKind::Budgets, budgets),
        (FileKind::Prices, prices),
        (FileKind::Plans, plans),
        (FileKind::Policy, policy),
    ];
    let given = all.into_iter().filter_map(|(kind, file)| Some((kind, file?)));
    let files = given.map(|(kind, file)| submitted(kind, file)).collect::<Result<Vec<_>, _>>()?;
    if files.is_empty() {
        return Err(HttpError::bad_request("the body holds no file").with_hint(EXAMPLE));
    }
    Ok(files)
}

fn submitted(kind: FileKind, File { name, text }: File) -> Result<SubmittedFile, HttpError> {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        let message = format!("the name of the file of {} must be 1 to {NAME_CHARS_MAX} characters", kind.name());
        return Err(HttpError::bad_request(message));
    }
    Ok(SubmittedFile { kind, name, bytes: text.into_bytes() })
}

fn landed(file: &LandedFile) -> Value {
    json!({"kind": file.kind.name(), "file": file.name, "num_rows": file.num_rows})
}

fn refusal(rows: &[RefusedRow]) -> Value {
    let row = |row: &RefusedRow| {
        json!({
            "kind": row.kind.name(), "file": row.file, "line": row.line, "column": row.column, "reason": row.reason
        })
    };
    json!({
        "error": {"code": "refused", "message": "nothing was imported, for the files have problems", "hint": null},
        "refused": rows.iter().map(row).collect::<Vec<_>>(),
    })
}
