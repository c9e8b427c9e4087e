//! What Prometheus and Alertmanager are given: alert rules from the KPI catalogue, and the files written by hand.
//!
//! A threshold stands in a KPI's header and nowhere else: `rules/kpis.yml` is generated from it, also for KPIs of
//! one's own. What a header cannot say (a sum over cities, an age of a pilot, the platform's own health) is in
//! `rules/business.yml`, `rules/findings.yml` and `rules/platform.yml`.

mod kpis;

use std::path::PathBuf;

use tidemark_sql::Library;

/// Where boards are, as the files say it: an address to put one's own for.
const BOARDS: &str = "http://localhost:3000";
/// Where runbooks are, as the files say it. They are in `docs/runbooks`.
const RUNBOOKS: &str = "https://tidemark.example/runbooks";

const BUSINESS: &str = include_str!("../../rules/business.yml");
const FINDINGS: &str = include_str!("../../rules/findings.yml");
const PLATFORM: &str = include_str!("../../rules/platform.yml");
const PROMETHEUS: &str = include_str!("../../prometheus.yml");
const ALERTMANAGER: &str = include_str!("../../alertmanager.yml");

/// Where the links of an alert lead, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Grafana's address.
    pub boards: String,
    /// The address under which the files of `docs/runbooks` are published.
    pub runbooks: String,
}

impl Default for Links {
    fn default() -> Self {
        Self { boards: BOARDS.to_owned(), runbooks: RUNBOOKS.to_owned() }
    }
}

/// Every file that Prometheus and Alertmanager need, by its path in their folder, with its text. The same library and
/// links give the same bytes.
#[must_use]
pub fn files(library: &Library, links: &Links) -> Vec<(PathBuf, String)> {
    let linked = |text: &str| text.replace(BOARDS, &links.boards).replace(RUNBOOKS, &links.runbooks);
    let file = |path: &str, text: String| (PathBuf::from(path), text);
    vec![
        file("prometheus.yml", PROMETHEUS.to_owned()),
        file("alertmanager.yml", ALERTMANAGER.to_owned()),
        file("rules/business.yml", linked(BUSINESS)),
        file("rules/findings.yml", linked(FINDINGS)),
        file("rules/kpis.yml", linked(&kpis::generate(library))),
        file("rules/platform.yml", linked(PLATFORM)),
    ]
}

#[cfg(test)]
mod tests;
