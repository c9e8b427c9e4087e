//! Where a KPI is looked at: the board of its topic, and what Grafana calls that board. Boards and the alerts that link to
//! them are made apart from each other, and must agree.

/// The topics of the KPIs of each board.
const TOPICS: [(&str, &[&str]); 7] = [
    ("invoices", &["invoices"]),
    ("accuracy", &["accuracy"]),
    ("support", &["sessions", "tickets"]),
    ("behaviour", &["users", "retention", "funnel"]),
    ("ai", &["ai"]),
    ("platform", &["platform"]),
    ("quality", &["quality"]),
];

/// The board of the KPIs of any other topic: those of the operator's own files.
pub const OWN: &str = "own";

/// The board on which the KPIs of a topic stand.
#[must_use]
pub fn of_topic(topic: &str) -> &'static str {
    TOPICS.iter().find(|(_, topics)| topics.contains(&topic)).map_or(OWN, |(board, _)| board)
}

/// A board's uid in Grafana, which finds boards by nothing else. The language is its BCP 47 code in lower case: `en`,
/// `zh-hant` or `zh-hans`. It stays the same, so that links do.
#[must_use]
pub fn uid(board: &str, language: &str) -> String {
    format!("tidemark-{board}-{language}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;

    #[test]
    fn every_kpi_of_the_library_has_a_board_of_its_topic() {
        let library = Library::open(None).unwrap();
        assert!(library.kpis.iter().all(|query| of_topic(&query.kpi.topic) != OWN));
        assert_eq!(of_topic("funnel"), "behaviour");
        assert_eq!(of_topic("parcels"), OWN);
    }
}
