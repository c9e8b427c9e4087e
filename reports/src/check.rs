//! What must hold of a report's figures, worked out from its sections.

use std::collections::BTreeMap;

use tidemark_model::report::Language;

use crate::definition::CheckDefinition;
use crate::document::{Check, Section};
use crate::value::{Cell, Number};

/// The checks of a definition over the sections that are there; one over a section that is not shown is left out.
pub(crate) fn checks(definitions: &[CheckDefinition], sections: &[Section], language: Language) -> Vec<Check> {
    let found = definitions.iter().filter_map(|definition| match definition {
        CheckDefinition::Rows { title, section, label, expected, found } => {
            let section = sections.iter().find(|one| one.name == *section)?;
            Some(of_rows(section, language.of(title), [label, expected, found])?)
        }
        CheckDefinition::Sums { title, expected, found } => {
            let sums = |(name, column): (&str, &str)| sums(sections.iter().find(|one| one.name == name)?, column);
            Some(of_sums(language.of(title), &sums(*expected)?, &sums(*found)?))
        }
    });
    found.flatten().collect()
}

fn of_rows(section: &Section, title: &str, [label, expected, found]: [&str; 3]) -> Option<Vec<Check>> {
    let place = |name: &str| section.columns.iter().position(|column| column.name == name);
    let (label, currency) = (place(label)?, place("currency")?);
    let numbers = [place(expected)?, place(found)?, place("tolerance")?];
    let check = |cells: Vec<Cell<'_>>| {
        let text = |place: usize| if let Cell::Text(text) = cells[place] { text } else { "" };
        let number = |place: usize| if let Cell::Number(number) = cells[place] { Some(number) } else { None };
        let [expected, found, tolerance] = numbers.map(number);
        judged(format!("{}: {title}", text(label)), [expected, found], tolerance, text(currency))
    };
    Some(section.cells().map(check).collect())
}

fn of_sums(title: &str, expected: &BTreeMap<String, Number>, found: &BTreeMap<String, Number>) -> Vec<Check> {
    let currencies = expected.keys().chain(found.keys().filter(|currency| !expected.contains_key(*currency)));
    let of =
        |sums: &BTreeMap<String, Number>, currency: &String| Some(sums.get(currency).copied().unwrap_or(Number::ZERO));
    currencies
        .map(|currency| {
            let title = format!("{title} ({currency})");
            judged(title, [of(expected, currency), of(found, currency)], Some(Number::ZERO), currency)
        })
        .collect()
}

/// A figure that is missing, or beyond 128 bits, has not been checked and so has not passed.
fn judged(title: String, [expected, found]: [Option<Number>; 2], tolerance: Option<Number>, currency: &str) -> Check {
    let within = |expected: Number, found: Number, tolerance: Number| {
        let apart = found.checked_sub(expected)?;
        let size = Number { units: apart.units.checked_abs()?, ..apart };
        Some(tolerance.checked_sub(size)?.units >= 0)
    };
    let passed = match (expected, found, tolerance) {
        (Some(expected), Some(found), Some(tolerance)) => within(expected, found, tolerance).unwrap_or(false),
        _ => false,
    };
    Check {
        title,
        expected: expected.unwrap_or(Number::ZERO),
        found: found.unwrap_or(Number::ZERO),
        tolerance: tolerance.unwrap_or(Number::ZERO),
        currency: currency.to_owned(),
        passed,
    }
}

/// The sums of a section's column by currency.
fn sums(section: &Section, column: &str) -> Option<BTreeMap<String, Number>> {
    let place = |name: &str| section.columns.iter().position(|column| column.name == name);
    let (column, currency) = (place(column)?, place("currency")?);
    let mut sums = BTreeMap::new();
    for cells in section.cells() {
        let (Cell::Number(number), Cell::Text(currency)) = (cells[column], cells[currency]) else { continue };
        let sum: &mut Number = sums.entry(currency.to_owned()).or_insert(Number::ZERO);
        *sum = sum.checked_add(number)?;
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_unit_is_borne_and_more_is_not() {
        let number = |units| Some(Number { units, scale: 3 });
        let passed = |expected, found| judged(String::new(), [expected, found], number(5), "HKD").passed;
        assert!(passed(number(1000), number(1005)) && passed(number(1005), number(1000)));
        assert!(!passed(number(1000), number(1006)) && !passed(number(1006), number(1000)));
        assert!(!passed(None, number(0)));
    }
}
