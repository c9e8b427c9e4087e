//! The arrows between crates, enforced: a new edge is a reviewed change to this table.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Who may import whom. `app`, `xtask` and `benches` wire things and may import anything; nothing imports them.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("sql", &["model"]),
    ("generator", &["model"]),
    ("lake", &["model"]),
    ("ingest", &["model", "lake"]),
    ("engine", &["model", "lake", "sql"]),
    ("insight", &["model"]),
    ("reports", &["model"]),
    ("serve", &["model"]),
    ("alerts", &["model", "sql"]),
    ("dashboards", &["model", "sql"]),
];

/// Libraries that only one crate may import.
const OWNED: [(&str, &[&str]); 3] = [
    ("deltalake-core", &["lake"]),
    ("object_store", &["lake"]),
    // The binary's client code (sending generated events, checking brokers) is wiring; benchmarks read beside us.
    ("rdkafka", &["ingest", "app", "benches"]),
];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(std::env::var("CARGO_MANIFEST_DIR").unwrap())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().replace("tidemark-", "");
    let of = |package: &serde_json::Value| {
        let normal = package["dependencies"].as_array().unwrap().iter().filter(|d| d["kind"].is_null());
        (name(package), normal.map(name).collect())
    };
    metadata["packages"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn crates_import_only_what_lies_below_them() {
    let found = dependencies();
    let ours: BTreeSet<&String> = found.keys().collect();
    for (name, allowed) in ALLOWED {
        let edges = found[name].iter().filter(|dependency| ours.contains(dependency));
        for edge in edges {
            assert!(allowed.contains(&edge.as_str()), "{name} imports {edge}; allowed: {allowed:?}");
        }
    }
    for name in ours {
        let listed = ALLOWED.iter().any(|(listed, _)| listed == name);
        assert!(listed || ["app", "xtask", "benches"].contains(&name.as_str()), "{name} is not in the table of layers");
    }
}

#[test]
fn each_outside_library_has_its_one_importer() {
    for (name, dependencies) in dependencies() {
        for (library, owners) in OWNED {
            assert!(!dependencies.contains(library) || owners.contains(&name.as_str()), "{name} imports {library}");
        }
    }
}
