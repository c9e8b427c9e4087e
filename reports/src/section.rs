//! A statement's answer becomes a section: columns get their titles and currencies, codes their names, and where the
//! definition says so the values of one column become columns.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{concat_batches, take};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use tidemark_model::kpi::{FIGURE_PRECISION, FIGURE_SCALE};
use tidemark_model::report::Language;

use crate::columns::{self, Holds, Known};
use crate::definition::{Pivot, SectionDefinition};
use crate::document::{Column, Kind, Role, Section};
use crate::value::{Cell, Number};
use crate::words::{Names, Words};

/// The section of a definition, with these rows.
pub(crate) fn section(
    definition: &SectionDefinition,
    rows: Vec<RecordBatch>,
    language: Language,
) -> Result<Section, ArrowError> {
    let known: Vec<&Known> = definition.columns.iter().filter_map(|name| columns::find(name)).collect();
    let currency_of = |known: &Known| match known.holds {
        Holds::Money(column) => only_text(&rows, column),
        _ => None,
    };
    let columns: Vec<Column> = known.iter().map(|known| column(known, currency_of(known), language)).collect();
    let named = rows.iter().map(|batch| named(batch, &known, language)).collect::<Result<Vec<_>, _>>()?;
    let (columns, rows) = match definition.pivot {
        Some(pivot) if !named.is_empty() => pivoted(pivot, &columns, &named)?,
        Some(pivot) => (
            columns.into_iter().filter(|column| column.name != pivot.column && column.name != pivot.value).collect(),
            named,
        ),
        None => (columns, named),
    };
    Ok(Section {
        name: definition.name,
        title: language.of(&definition.title).to_owned(),
        note: language.of(&definition.note).to_owned(),
        role: definition.role,
        columns,
        rows,
    })
}

/// What words mean, as a section.
pub(crate) fn glossary(title: &Words, terms: &[(Words, Words)], language: Language) -> Result<Section, ArrowError> {
    let word = |words: &Words| language.of(words).to_owned();
    let column = |name: &str| Column {
        name: name.to_owned(),
        title: columns::find(name).map(|known| word(&known.title)).unwrap_or_default(),
        kind: Kind::Text,
        is_summed: false,
    };
    let names = terms.iter().map(|(term, _)| Some(word(term))).collect::<StringArray>();
    let meanings = terms.iter().map(|(_, meaning)| Some(word(meaning))).collect::<StringArray>();
    let rows = RecordBatch::try_from_iter([
        ("term", Arc::new(names) as ArrayRef),
        ("meaning", Arc::new(meanings) as ArrayRef),
    ])?;
    Ok(Section {
        name: "glossary",
        title: word(title),
        note: String::new(),
        role: Role::Glossary,
        columns: vec![column("term"), column("meaning")],
        rows: vec![rows],
    })
}

fn column(known: &Known, currency: Option<String>, language: Language) -> Column {
    // A sum over several currencies says nothing.
    let is_summed = known.is_summed && (currency.is_some() || !matches!(known.holds, Holds::Money(_)));
    let kind = match known.holds {
        Holds::Text | Holds::Named(_) => Kind::Text,
        Holds::Code => Kind::Code,
        Holds::Count => Kind::Count,
        Holds::Quantity => Kind::Quantity,
        Holds::Money(said_by) => {
            let said_by = currency.is_none().then(|| said_by.to_owned());
            Kind::Money { currency, said_by }
        }
        Holds::Ratio => Kind::Ratio,
        Holds::Date => Kind::Date,
    };
    Column { name: known.name.to_owned(), title: language.of(&known.title).to_owned(), kind, is_summed }
}

/// The one text that a column has, where it has only one.
fn only_text(rows: &[RecordBatch], column: &str) -> Option<String> {
    let columns = rows.iter().filter_map(|batch| batch.column_by_name(column));
    let cells = columns.flat_map(|column| (0..column.len()).map(move |row| Cell::of(column, row)));
    let texts: BTreeSet<&str> =
        cells.filter_map(|cell| if let Cell::Text(text) = cell { Some(text) } else { None }).collect();
    let mut texts = texts.into_iter();
    texts.next().filter(|_| texts.next().is_none()).map(str::to_owned)
}

/// The rows with codes replaced by their names, where the column shows names.
fn named(batch: &RecordBatch, known: &[&Known], language: Language) -> Result<RecordBatch, ArrowError> {
    let column = |(column, known): (&ArrayRef, &&Known)| match known.holds {
        Holds::Named(names) => renamed(column, names, language),
        _ => Arc::clone(column),
    };
    let columns: Vec<ArrayRef> = batch.columns().iter().zip(known).map(column).collect();
    let field = |(column, known): (&ArrayRef, &&Known)| Field::new(known.name, column.data_type().clone(), true);
    let fields: Vec<Field> = columns.iter().zip(known).map(field).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn renamed(column: &ArrayRef, names: Names, language: Language) -> ArrayRef {
    let name = |row| match Cell::of(column, row) {
        Cell::Text(code) => {
            let found = names.iter().find(|(known, _)| *known == code);
            Some(found.map_or(code, |(_, words)| language.of(words)).to_owned())
        }
        _ => None,
    };
    Arc::new((0..column.len()).map(name).collect::<StringArray>())
}

/// The values of one column as columns; see [`Pivot`].
fn pivoted(
    pivot: Pivot,
    columns: &[Column],
    rows: &[RecordBatch],
) -> Result<(Vec<Column>, Vec<RecordBatch>), ArrowError> {
    let batch = concat_batches(&rows[0].schema(), rows)?;
    let place = |name: &str| columns.iter().position(|column| column.name == name);
    let (Some(split), Some(value)) = (place(pivot.column), place(pivot.value)) else {
        return Ok((columns.to_vec(), rows.to_vec()));
    };
    let groups = Groups::of(&batch, split);
    let firsts = UInt32Array::from(groups.firsts.clone());
    let mut found = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        if place == split {
            found.extend(groups.spread(&batch, split, value, &columns[value])?);
        } else if place != value {
            found.push((column.clone(), take(batch.column(place), &firsts, None)?));
        }
    }
    let fields: Vec<Field> =
        found.iter().map(|(column, cells)| Field::new(&column.name, cells.data_type().clone(), true)).collect();
    let (columns, cells): (Vec<Column>, Vec<ArrayRef>) = found.into_iter().unzip();
    Ok((columns, vec![RecordBatch::try_new(Arc::new(Schema::new(fields)), cells)?]))
}

/// Rows that are the same up to a column.
struct Groups {
    /// The first row of each.
    firsts: Vec<u32>,
    /// The group of each row.
    of_rows: Vec<usize>,
}

impl Groups {
    fn of(batch: &RecordBatch, keys: usize) -> Self {
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut groups = Self { firsts: Vec::new(), of_rows: Vec::new() };
        for row in 0..batch.num_rows() {
            let key = format!("{:?}", batch.columns()[..keys].iter().map(|key| Cell::of(key, row)).collect::<Vec<_>>());
            let group = *known.entry(key).or_insert_with(|| {
                groups.firsts.push(row as u32);
                groups.firsts.len() - 1
            });
            groups.of_rows.push(group);
        }
        groups
    }

    /// A column for each value, in the order in which they first come in a row that has more of them.
    fn spread(
        &self,
        batch: &RecordBatch,
        split: usize,
        value: usize,
        like: &Column,
    ) -> Result<Vec<(Column, ArrayRef)>, ArrowError> {
        let mut names: Vec<&str> = Vec::new();
        let mut cells: Vec<Vec<Option<i128>>> = Vec::new();
        for (row, group) in self.of_rows.iter().enumerate() {
            let (Cell::Text(name), Cell::Number(number)) =
                (Cell::of(batch.column(split), row), Cell::of(batch.column(value), row))
            else {
                continue;
            };
            let column = names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                cells.push(vec![None; self.firsts.len()]);
                names.len() - 1
            });
            let sum = Number { units: cells[column][*group].unwrap_or(0), scale: FIGURE_SCALE.unsigned_abs().into() };
            cells[column][*group] =
                sum.checked_add(number).and_then(|sum| sum.at_scale(sum.scale)).map(|sum| sum.units);
        }
        let made = names.iter().zip(cells).map(|(name, cells)| {
            let cells = Decimal128Array::from(cells).with_precision_and_scale(FIGURE_PRECISION, FIGURE_SCALE)?;
            let column = Column { name: format!("{}:{name}", like.name), title: (*name).to_owned(), ..like.clone() };
            Ok((column, Arc::new(cells) as ArrayRef))
        });
        made.collect()
    }
}
