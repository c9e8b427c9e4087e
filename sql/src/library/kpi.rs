//! A KPI's file: its words in the header, its numerator and denominator as aggregates over one relation.
//!
//! ```sql
//! -- title: Success rate
//! -- ...
//! -- at: settled_at
//! SELECT count(*) FILTER (WHERE status = 'completed') AS numerator, count(*) AS denominator
//! FROM settled_invoices
//! ```
//! `at` is the column that says when, as an instant; the relation also has the `city`, and the `forwarder` where
//! the KPI is kept by forwarder. The platform groups by hour, local day or local month and by city; KPIs of one
//! [`Source`] are answered in one pass.

use sqlparser::ast::{Expr, FunctionArguments, Query, Select, SelectItem, SetExpr, Visit, Visitor};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use tidemark_model::kpi::{Direction, Figure, Grain, Kpi, Unit};

use super::error::LibraryError;
use super::header::File;
use super::view::query;
use crate::relations::relations;

/// Where a KPI's rows come from. KPIs of equal sources are answered together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// What follows `FROM`.
    pub from: String,
    /// What follows its `WHERE`, where it has one.
    pub filter: Option<String>,
    /// The column that says when.
    pub at: String,
    /// Whether the rows name a forwarder.
    pub by_forwarder: bool,
    /// The relations among that.
    pub relations: BTreeSet<String>,
    /// Whether the same rows may answer otherwise later, because the SQL looks at the clock.
    pub is_volatile: bool,
}

/// How SQL looks at the clock, in lower case.
const CLOCKS: [&str; 5] = ["now(", "current_date", "current_time", "localtime", "today("];

/// A KPI with its SQL.
#[derive(Debug, Clone)]
pub struct KpiQuery {
    /// Everything about it but the SQL.
    pub kpi: Kpi,
    /// Where its rows come from.
    pub source: Source,
    /// An aggregate over the rows.
    pub numerator: String,
    /// Another one; `1` for a plain count, sum or percentile.
    pub denominator: String,
}

impl KpiQuery {
    /// All its SQL, for whoever looks for names in it.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { source: Source { from, filter, at, .. }, numerator, denominator, .. } = self;
        [numerator, denominator, from, at, filter.as_deref().unwrap_or_default()].join(" ")
    }

    pub(super) fn parse(id: &str, text: &str) -> Result<Self, LibraryError> {
        let mut file = File::parse(id, text)?;
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            return Err(file.invalid("a KPI's id, its file's name, is made of a-z, 0-9 and _"));
        }
        let by_forwarder = match file.take("by").as_deref() {
            None => false,
            Some("forwarder") => true,
            Some(other) => return Err(file.invalid(format!("by is \"{other}\": expected forwarder"))),
        };
        let is_snapshot = match file.take("additive").as_deref() {
            None => false,
            Some("no") => true,
            Some(other) => {
                return Err(file.invalid(format!("additive is \"{other}\": it is found out; only no may be said")));
            }
        };
        let query = query(&file)?;
        let relations = relations(&query);
        let select = select(&file, query)?;
        let numerator = aggregate(&file, &select, "numerator")?;
        let denominator = aggregate(&file, &select, "denominator")?;
        let from: Vec<String> = select.from.iter().map(ToString::to_string).collect();
        let from = from.join(", ");
        let filter = select.selection.as_ref().map(ToString::to_string);
        let sql = file.sql.to_ascii_lowercase();
        let is_volatile = CLOCKS.iter().any(|clock| sql.contains(clock));
        let source = Source { from, filter, at: file.need("at")?, by_forwarder, relations, is_volatile };
        let kpi = Kpi {
            id: id.to_owned(),
            titles: [file.need("title")?, file.need("title_zh_hant")?, file.need("title_zh_hans")?],
            meanings: meanings(&mut file)?,
            formula: formula(&numerator, &denominator),
            unit: file.choice("unit", &Unit::ALL, Unit::name)?,
            direction: file.choice("direction", &Direction::ALL, Direction::name)?,
            owner: file.need("owner")?,
            topic: file.need("topic")?,
            targets: targets(&mut file)?,
            warn: file.parsed::<Figure>("warn")?,
            act: file.parsed::<Figure>("act")?,
            grains: grains(&mut file, "grains")?.unwrap_or_else(|| Grain::ALL.to_vec()),
            by_forwarder,
            additive: adds_up(&numerator) && adds_up(&denominator) && !is_snapshot,
            forecast: grains(&mut file, "forecast")?.unwrap_or_default(),
            watch: grains(&mut file, "watch")?.unwrap_or_default(),
        };
        file.finish()?;
        if let Some(grain) = kpi.forecast.iter().chain(&kpi.watch).find(|grain| !kpi.grains.contains(grain)) {
            return Err(file.invalid(format!("it has no values by the {}: add it to grains", grain.name())));
        }
        if (kpi.targets.is_some() || kpi.warn.is_some() || kpi.act.is_some()) && kpi.direction == Direction::None {
            return Err(file.invalid("targets and thresholds need a direction: up or down"));
        }
        let text = |part: Option<Expr>| part.map_or_else(|| "1".to_owned(), |expr| expr.to_string());
        Ok(Self { kpi, source, numerator: text(numerator), denominator: text(denominator) })
    }
}

fn select(file: &File<'_>, query: Query) -> Result<Select, LibraryError> {
    let expected = "expected SELECT ... AS numerator, ... AS denominator FROM ... [WHERE ...]";
    match query {
        Query { body, with: None, order_by: None, limit_clause: None, .. } => match *body {
            SetExpr::Select(select) if !select.from.is_empty() && select.having.is_none() => Ok(*select),
            _ => Err(file.invalid(expected)),
        },
        _ => Err(file.invalid(expected)),
    }
}

/// The expression of that name; the literal 1 is none.
fn aggregate(file: &File<'_>, select: &Select, name: &str) -> Result<Option<Expr>, LibraryError> {
    let named = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { expr, alias } if alias.value == name => Some(expr.clone()),
        _ => None,
    };
    if select.projection.len() != 2 {
        return Err(file.invalid("the SELECT has exactly two columns: numerator and denominator"));
    }
    let found = select.projection.iter().find_map(named);
    let found = found.ok_or_else(|| file.invalid(format!("the SELECT has no column AS {name}")))?;
    Ok(Some(found).filter(|expr| expr.to_string() != "1"))
}

fn formula(numerator: &Option<Expr>, denominator: &Option<Expr>) -> String {
    let text = |part: &Option<Expr>| part.as_ref().map_or_else(|| "1".to_owned(), ToString::to_string);
    let part = |part: &Option<Expr>| match part {
        Some(Expr::BinaryOp { .. }) => format!("({})", text(part)),
        _ => text(part),
    };
    match denominator {
        None => text(numerator),
        Some(_) => format!("{} / {}", part(numerator), part(denominator)),
    }
}

/// Whether cells of it can be added: it is made of counts and sums, none of them distinct.
fn adds_up(part: &Option<Expr>) -> bool {
    struct Additive(bool);
    impl Visitor for Additive {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if let Expr::Function(function) = expr {
                let name = function.name.to_string().to_ascii_lowercase();
                let distinct =
                    matches!(&function.args, FunctionArguments::List(list) if list.duplicate_treatment.is_some());
                self.0 &= !distinct && ["count", "sum"].contains(&name.as_str());
            }
            ControlFlow::Continue(())
        }
    }
    let mut additive = Additive(true);
    let _ = part.visit(&mut additive);
    additive.0
}

/// The meaning in three languages; where a translation is not given, in English.
fn meanings(file: &mut File<'_>) -> Result<[String; 3], LibraryError> {
    let english = file.need("meaning")?;
    let [traditional, simplified] =
        ["meaning_zh_hant", "meaning_zh_hans"].map(|key| file.take(key).unwrap_or_else(|| english.clone()));
    Ok([english, traditional, simplified])
}

fn targets(file: &mut File<'_>) -> Result<Option<[Figure; 3]>, LibraryError> {
    let Some(text) = file.take("targets") else { return Ok(None) };
    let figures = text.split_whitespace().map(str::parse).collect::<Result<Vec<Figure>, _>>();
    let figures = figures.map_err(|error| file.invalid(format!("targets: {error}")))?;
    match figures.as_slice() {
        [one] => Ok(Some([*one; 3])),
        [first, second, third] => Ok(Some([*first, *second, *third])),
        _ => Err(file.invalid("targets are one figure, or three: until 3 months, until 6 months, later")),
    }
}

fn grains(file: &mut File<'_>, key: &str) -> Result<Option<Vec<Grain>>, LibraryError> {
    let Some(text) = file.take(key) else { return Ok(None) };
    let grain = |word: &str| Grain::ALL.into_iter().find(|grain| grain.name() == word);
    let grains: Option<Vec<_>> = text.split_whitespace().map(grain).collect();
    grains.map(Some).ok_or_else(|| file.invalid(format!("{key} are words of hour, day, month")))
}
