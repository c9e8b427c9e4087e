//! What a panel is before it is JSON: its words, its query, its shape, its unit and what its colours mean.

use crate::language::{Text, Words, text};

/// How rows become a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One figure.
    Figure,
    /// Lines over time.
    Lines,
    /// Stacked bars over time.
    Stack,
    /// Rows and columns.
    Table,
    /// A bar for each row: a name and a figure.
    Ranking,
    /// Upright bars for each row: a name and figures.
    Columns,
}

impl Shape {
    /// Whether its query answers a column `time`.
    pub(crate) const fn is_over_time(self) -> bool {
        matches!(self, Self::Lines | Self::Stack)
    }
}

/// What is asked, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Query {
    /// SQL with Grafana's macros, to the PostgreSQL door.
    Sql(String),
    /// Expressions with what each series is called, to Prometheus.
    Prometheus(Vec<(String, String)>),
}

/// Stands in SQL for the column of `kpis` that has the title in the viewer's language.
pub(crate) const KPI_TITLE: &str = "«title»";

/// From a value on, a colour.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    /// None for the lowest step.
    pub(crate) from: Option<f64>,
    pub(crate) colour: &'static str,
}

/// Colours that can be told apart; words in the description say what they mean.
pub(crate) const GOOD: &str = "green";
pub(crate) const WARN: &str = "orange";
pub(crate) const ACT: &str = "red";
pub(crate) const PLAIN: &str = "blue";

/// A panel of a board.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Panel {
    pub(crate) title: Text,
    /// What it says, its formula, its owner and what its colours mean.
    pub(crate) description: Text,
    pub(crate) shape: Shape,
    /// Grafana's id of a unit.
    pub(crate) unit: &'static str,
    pub(crate) decimals: Option<u32>,
    pub(crate) query: Query,
    pub(crate) steps: Vec<Step>,
    /// What the column `value` is called, where it stands alone.
    pub(crate) value: Option<Text>,
    /// Columns that are called otherwise than in [`crate::words`]: name, title, unit.
    pub(crate) columns: Vec<(String, Text, &'static str)>,
    /// The board that tells more.
    pub(crate) more: Option<&'static str>,
}

/// What every panel made by hand says about itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    pub(crate) title: Words,
    /// What it says, in a sentence.
    pub(crate) meaning: Words,
    /// How it is counted, in the words of SQL.
    pub(crate) formula: &'static str,
    /// Who answers for it.
    pub(crate) owner: &'static str,
}

impl Panel {
    /// A panel over SQL.
    pub(crate) fn sql(shape: Shape, unit: &'static str, about: About, sql: impl Into<String>) -> Self {
        Self::new(shape, unit, about, Query::Sql(sql.into()))
    }

    /// A table over SQL.
    pub(crate) fn table(about: About, sql: impl Into<String>) -> Self {
        Self::sql(Shape::Table, "none", about, sql)
    }

    /// One count over SQL.
    pub(crate) fn count(about: About, sql: impl Into<String>) -> Self {
        Self::sql(Shape::Figure, "short", about, sql)
    }

    /// A panel over Prometheus: expressions with what each series is called.
    pub(crate) fn prometheus(shape: Shape, unit: &'static str, about: About, series: &[(&str, &str)]) -> Self {
        let series = series.iter().map(|(expression, name)| ((*expression).to_owned(), (*name).to_owned()));
        Self::new(shape, unit, about, Query::Prometheus(series.collect()))
    }

    fn new(shape: Shape, unit: &'static str, about: About, query: Query) -> Self {
        Self {
            title: text(about.title),
            description: crate::words::description(&text(about.meaning), about.formula, about.owner),
            shape,
            unit,
            decimals: None,
            query,
            steps: vec![Step { from: None, colour: PLAIN }],
            value: None,
            columns: vec![],
            more: None,
        }
    }

    /// Good below a value, worth a look from it on, and red from a second one on; the description says so.
    pub(crate) fn worse_from(mut self, warn: f64, act: Option<f64>) -> Self {
        self.steps = vec![Step { from: None, colour: GOOD }, Step { from: Some(warn), colour: WARN }];
        self.steps.extend(act.map(|act| Step { from: Some(act), colour: ACT }));
        let limits = crate::words::limits(warn, act);
        for (description, limits) in self.description.iter_mut().zip(limits) {
            description.push_str("\n\n");
            description.push_str(&limits);
        }
        self
    }
}

/// Panels under a heading, on lines of at most so many, each so high.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Section {
    pub(crate) title: Words,
    pub(crate) per_line: usize,
    /// In Grafana's units of 38 pixels.
    pub(crate) height: u32,
    pub(crate) panels: Vec<Panel>,
}

/// A variable that viewers choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variable {
    City,
    Forwarder,
    Grain,
    TimeZone,
    Stream,
}

/// A board: a question and its panels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Board {
    /// Part of its uid and of its file's name.
    pub(crate) id: &'static str,
    pub(crate) title: Words,
    /// The question that it answers.
    pub(crate) question: Words,
    pub(crate) variables: &'static [Variable],
    /// What is asked for when it opens, from when: `now-30d`.
    pub(crate) from: &'static str,
    /// Until when: `now`, or later where it looks ahead.
    pub(crate) to: &'static str,
    pub(crate) refresh: &'static str,
    pub(crate) sections: Vec<Section>,
}
