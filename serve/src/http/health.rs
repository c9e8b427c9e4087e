//! What watchers ask: alive, ready, metrics, and an index for people.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Services;

const INDEX: &str = "Tidemark\n\n\
    GET  /console     the console, for people\n\
    POST /v1/sql      SQL as text/plain, or JSON {\"sql\", \"format\", \"freshness\"}; ?format=json|csv|arrow|jsonl|rows;\n\
    \x20                 freshness is live, recent (a moment ago rather than wait for many new events) or committed\n\
    DELETE /v1/queries/ID  cancels a statement that runs, see the relation running_queries\n\
    GET  /v1/kpis     the KPI catalogue; /v1/kpis/NAME?grain=hour|day|month&city=&from=&to= its values\n\
    POST /v1/events   CloudEvents: one, a batch, JSON Lines, or one in binary mode\n\
    POST /v1/finance/imports  finance's files: JSON {\"pools\": {\"name\", \"text\"}}; also rates, budgets, prices, policy\n\
    GET  /v1/finance/allocation?month=&city=&pool=  who bears what; /v1/finance/trace?month=&city=&driver= its events\n\
    GET  /v1/finance/budgets?month=&city=&status=  what is left of budgets\n\
    GET  /v1/reports/KIND/YYYY-MM?city=&format=&language=  a report as xlsx, pdf, excel-csv, document, focus or pack, or its rows\n\
    GET  /v1/report-definitions/NAME  a saved report; PUT keeps one, DELETE forgets it, POST .../run runs it\n\
    POST /v1/report-definitions/NAME/preview  the rows of the definition that is sent\n\
    GET  /v1/report-runs/NAME/RUN/FILE  a file of a run, see the relation report_runs\n\
    GET  /v1/closes/YYYY-MM  how a month stands; POST {\"principal\"} prepares it, with \"approve\": PACK closes it\n\
    POST /v1/dead-letters/replay  tries refused records again: JSON {\"stream\", \"reason\"}, both optional\n\
    GET  /v1/forecasts?series=&grain=&city=&forwarder=  what is foretold; /v1/forecasts/scores how good it was\n\
    POST /v1/forecasts/refresh  foretells all of it anew: JSON {}\n\
    GET  /v1/capacity?resource=&city=&status=  what will not suffice, and when\n\
    GET  /v1/anomalies?series=&city=&kind=&severity=&state=  what is unusual\n\
    POST /v1/anomalies/ID/marks  what you say of it: JSON {\"mark\", \"until\", \"why\"}\n\
    GET  /v1/experiments?experiment=&metric=&verdict=  how variants compare\n\
    GET  /v1/rules/feedback?rule_id=&type=  what the rule engine is told; /v1/rules/accuracy how its rules do\n\
    GET  /v1/rules/watched?rule_id=&state=  how promoted rules stand; /v1/rules/patterns what people correct alike\n\
    GET  /healthz     200 while the process is alive\n\
    GET  /readyz      200 when queries and ingest are served, else 503 and why\n\
    GET  /metrics     Prometheus's text format\n";

pub(super) async fn index() -> &'static str {
    INDEX
}

pub(super) async fn alive() -> &'static str {
    "alive\n"
}

pub(super) async fn ready(State(services): State<Services>) -> Response {
    match services.health.ready() {
        Ok(()) => "ready\n".into_response(),
        Err(reasons) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready\n{reasons}\n")).into_response(),
    }
}

pub(super) async fn metrics(State(services): State<Services>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], services.health.metrics()).into_response()
}
