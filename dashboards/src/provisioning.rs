//! The files beside the boards: data sources and the providers of folders.
//!
//! Source: Grafana's documentation of file provisioning. The database stands under `jsonData`, where Grafana's own
//! editor reads it; `postgresVersion` spares it a question at the start.

use std::path::PathBuf;

use crate::json::{POSTGRES, PROMETHEUS};
use crate::language::Language;
use crate::{File, Options};

pub(crate) fn files(options: &Options) -> Vec<File> {
    let file = |path: &str, text| File { path: PathBuf::from(path), text };
    vec![
        file("provisioning/datasources/tidemark.yaml", data_sources(options)),
        file("provisioning/dashboards/tidemark.yaml", providers(options)),
    ]
}

fn data_sources(options: &Options) -> String {
    format!(
        "apiVersion: 1
datasources:
  - name: Tidemark
    uid: {}
    type: {}
    access: proxy
    url: {}
    user: grafana
    isDefault: true
    editable: false
    jsonData:
      database: tidemark
      # The door listens on loopback alone; beyond it, verify-full.
      sslmode: disable
      postgresVersion: 1600
      timescaledb: false
      maxOpenConns: 8
      maxIdleConns: 8
      connMaxLifetime: 14400
      timeInterval: 1m
  - name: Tidemark Prometheus
    uid: {}
    type: {}
    access: proxy
    url: {}
    editable: false
    jsonData:
      httpMethod: POST
      timeInterval: 15s
",
        POSTGRES.1,
        POSTGRES.0,
        quoted(&options.postgres),
        PROMETHEUS.1,
        PROMETHEUS.0,
        quoted(&options.prometheus)
    )
}

/// One provider a language: each has a folder of its own in Grafana.
fn providers(options: &Options) -> String {
    let provider = |language: Language| {
        format!(
            "  - name: tidemark-{code}
    orgId: 1
    type: file
    folder: {folder}
    folderUid: tidemark-{code}
    allowUiUpdates: false
    disableDeletion: true
    updateIntervalSeconds: 60
    options:
      path: {path}
",
            code = language.code(),
            folder = quoted(language.folder()),
            path = quoted(&format!("{}/{}", options.boards.trim_end_matches('/'), language.code())),
        )
    };
    format!("apiVersion: 1\nproviders:\n{}", Language::ALL.map(provider).concat())
}

/// A text as YAML has it in double quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
