//! Boards as Grafana reads them: classic JSON of schema version 41, which Grafana 10 to 13 load from files.
//!
//! Source: Grafana's published schema of dashboards and panels; `tests/path/test_boards.py` holds the files to it.

mod layout;
mod panel;
mod variables;

use serde_json::{Value, json};
use tidemark_sql::boards;

use crate::language::Language;
use crate::panel::Board;
use crate::words;

/// The uids of the provisioned data sources.
pub(crate) const POSTGRES: (&str, &str) = ("grafana-postgresql-datasource", "tidemark");
pub(crate) const PROMETHEUS: (&str, &str) = ("prometheus", "prometheus");

const SCHEMA_VERSION: u32 = 41;

/// A board in one language, with a line feed at its end.
pub(crate) fn board(board: &Board, language: Language) -> String {
    let tag = format!("tidemark-{}", language.code());
    let made = json!({
        "uid": boards::uid(board.id, language.code()),
        "title": language.of(&board.title),
        "description": language.of(&board.question),
        "tags": [tag],
        "timezone": "browser",
        "weekStart": "monday",
        "editable": false,
        "graphTooltip": 1,
        "fiscalYearStartMonth": 0,
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "refresh": board.refresh,
        "time": {"from": board.from, "to": board.to},
        "timepicker": {"refresh_intervals": ["30s", "1m", "5m", "15m", "1h"]},
        "templating": {"list": variables::list(board.variables, language)},
        "annotations": {"list": variables::annotations(language)},
        "links": [{
            "type": "dashboards", "title": language.of(&words::OTHER_BOARDS), "tags": [tag], "asDropdown": true,
            "icon": "external link", "tooltip": "", "url": "", "includeVars": true, "keepTime": true,
            "targetBlank": false,
        }],
        "panels": layout::place(board, language),
    });
    format!("{made:#}\n")
}

/// A data source as panels, variables and annotations name it.
fn source((kind, uid): (&str, &str)) -> Value {
    json!({"type": kind, "uid": uid})
}

/// A query in Grafana's words.
fn sql(text: &str, is_over_time: bool) -> Value {
    json!({
        "refId": "A", "datasource": source(POSTGRES), "editorMode": "code", "rawQuery": true, "rawSql": text,
        "format": if is_over_time { "time_series" } else { "table" },
    })
}
