//! Who takes which share, as bars: drawn from the first table of a report, whose numbers stand beside it.

use std::collections::HashMap;

use serde::Serialize;
use tidemark_model::report::Language;

use super::{figure, words};
use crate::document::{Column, Document, Kind, Role, Section};
use crate::value::{Cell, Number};

/// More bars than this are one, the others'.
const NUM_BARS_MAX: usize = 15;
/// What stands for a name that is not there.
const NAMELESS: &str = "–";
/// Digits that a share is computed to; it is shown with fewer.
const SHARE_DIGITS: u32 = 9;

/// A chart, as the template takes it.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    title: String,
    /// What it shows, for those who cannot see it.
    description: String,
    bars: Vec<Bar>,
}

#[derive(Debug, Serialize)]
struct Bar {
    name: String,
    amount: String,
    share: String,
    /// Of the longest bar's: 0 to 1.
    length: f64,
}

/// The shares of the document's first table: what its first column of words names, of its `total`, or else of its first
/// amount that is summed. `None` where that says nothing: without such columns, with one name only, or where nothing is
/// to be shared.
pub(super) fn of(document: &Document) -> Option<Chart> {
    let language = document.language;
    let section = document.sections.iter().find(|section| section.role == Role::Main)?;
    let name = section.columns.iter().position(|column| column.kind == Kind::Text)?;
    let amount = amount(section)?;
    let mut parts = parts(section, name, amount)?;
    let total = parts.iter().try_fold(Number::ZERO, |sum, (_, amount)| sum.checked_add(*amount))?;
    if parts.len() < 2 || total.units <= 0 {
        return None;
    }
    parts.sort_by(|(_, left), (_, right)| right.to_f64().total_cmp(&left.to_f64()));
    let parts = with_others(parts, language)?;
    let longest = parts.iter().map(|(_, amount)| amount.to_f64()).fold(0.0, f64::max);
    let bars: Option<Vec<Bar>> = parts.into_iter().map(|(name, amount)| bar(name, amount, total, longest)).collect();
    let bars = bars?;
    let title = language.of(&words::SHARES).replace("{column}", &section.columns[amount].title);
    let described: Vec<String> = bars.iter().map(|bar| format!("{} {}", bar.name, bar.share)).collect();
    Some(Chart { description: format!("{title}: {}", described.join(language.of(&words::AND))), title, bars })
}

/// The column whose shares are shown.
fn amount(section: &Section) -> Option<usize> {
    let is_amount = |column: &Column| column.is_summed && matches!(column.kind, Kind::Money { .. });
    let total = section.columns.iter().position(|column| is_amount(column) && column.name == "total");
    total.or_else(|| section.columns.iter().position(is_amount))
}

/// The sum by name, in the order of the first row of each.
fn parts(section: &Section, name: usize, amount: usize) -> Option<Vec<(String, Number)>> {
    let mut parts: Vec<(String, Number)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for cells in section.cells() {
        let Some(Cell::Number(amount)) = cells.get(amount) else { continue };
        let name = if let Some(Cell::Text(name)) = cells.get(name) { *name } else { NAMELESS };
        let place = *places.entry(name.to_owned()).or_insert(parts.len());
        match parts.get_mut(place) {
            Some((_, sum)) => *sum = sum.checked_add(*amount)?,
            None => parts.push((name.to_owned(), *amount)),
        }
    }
    Some(parts)
}

fn with_others(mut parts: Vec<(String, Number)>, language: Language) -> Option<Vec<(String, Number)>> {
    if parts.len() > NUM_BARS_MAX {
        let others = parts.split_off(NUM_BARS_MAX - 1);
        let sum = others.iter().try_fold(Number::ZERO, |sum, (_, amount)| sum.checked_add(*amount))?;
        parts.push((language.of(&words::OTHERS).to_owned(), sum));
    }
    Some(parts)
}

fn bar(name: String, amount: Number, total: Number, longest: f64) -> Option<Bar> {
    let scale = amount.scale.max(total.scale);
    let (part, whole) = (amount.at_scale(scale)?.units, total.at_scale(scale)?.units);
    let share = part.checked_mul(10_i128.pow(SHARE_DIGITS))?.checked_div(whole)?;
    Some(Bar {
        name,
        amount: figure::grouped(&amount.with_digits(2)),
        share: figure::percent(Number { units: share, scale: SHARE_DIGITS }),
        length: (amount.to_f64() / longest).clamp(0.0, 1.0),
    })
}
