//! `GET /v1/kpis`: the catalogue. `GET /v1/kpis/{name}`: a KPI's cells, by span and city.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures::TryStreamExt;
use serde::Deserialize;
use tidemark_model::port::{Parameter, QuerySession};
use tidemark_model::principal::Principal;

use super::error::HttpError;
use super::sql::parse_format;
use super::{Services, answer};

/// What of the cells is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// `hour`, `day` or `month`; a day where not given.
    grain: Option<String>,
    /// A city's code.
    city: Option<String>,
    /// First span: a day, or an instant for hours.
    from: Option<String>,
    /// Last span.
    to: Option<String>,
    format: Option<String>,
}

pub(super) async fn catalogue(
    State(services): State<Services>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let format = parse_format(wanted.format.as_deref(), &headers)?;
    let session = services.queries.session(&Principal::local()).await?;
    answer::respond(session.run("SELECT * FROM kpis ORDER BY topic, kpi", &[]).await?, format).await
}

pub(super) async fn cells(
    State(services): State<Services>,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let format = parse_format(wanted.format.as_deref(), &headers)?;
    let relation = match wanted.grain.as_deref() {
        Some("hour") => "kpi_hourly",
        None | Some("day") => "kpi_daily",
        Some("month") => "kpi_monthly",
        Some(other) => {
            return Err(
                HttpError::bad_request(format!("the grain \"{other}\" is unknown")).with_hint("use hour, day or month")
            );
        }
    };
    let session = services.queries.session(&Principal::local()).await?;
    require(session.as_ref(), &name).await?;
    let conditions = [("city =", wanted.city), ("bucket >=", wanted.from), ("bucket <=", wanted.to)];
    let mut sql = format!("SELECT * FROM {relation} WHERE kpi = $1");
    let mut parameters = vec![Parameter::from(name.as_str())];
    for (condition, value) in conditions {
        if let Some(value) = value {
            parameters.push(Parameter::from(value.as_str()));
            sql.push_str(&format!(" AND {condition} ${}", parameters.len()));
        }
    }
    sql.push_str(" ORDER BY bucket, city");
    answer::respond(session.run(&sql, &parameters).await?, format).await
}

/// An unknown KPI is no empty answer.
async fn require(session: &dyn QuerySession, name: &str) -> Result<(), HttpError> {
    let answer = session.run("SELECT kpi FROM kpis WHERE kpi = $1", &[Parameter::from(name)]).await?;
    let rows: Vec<_> = answer.rows.try_collect().await?;
    if rows.iter().any(|batch| batch.num_rows() > 0) {
        return Ok(());
    }
    Err(HttpError::new(StatusCode::NOT_FOUND, "unknown_kpi", format!("there is no KPI \"{name}\""))
        .with_hint("GET /v1/kpis lists them"))
}
