//! Names that Excel demands to be unique: of sheets, of tables, of a table's columns.

use std::collections::HashSet;

use crate::document::Section;

/// Characters that a sheet's name holds.
const SHEET_CHARS_MAX: usize = 31;

/// The names that a workbook has so far, in lower case: Excel takes two that differ in case for the same.
#[derive(Debug, Default)]
pub(super) struct Names {
    sheets: HashSet<String>,
    tables: HashSet<String>,
}

impl Names {
    /// A sheet's name like the title.
    pub(super) fn sheet(&mut self, title: &str) -> String {
        let plain: String = title.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).collect();
        unique(&mut self.sheets, plain.trim(), SHEET_CHARS_MAX, |title, n| format!("{title} ({n})"))
    }

    /// A table's name like the section's.
    pub(super) fn table(&mut self, section: &str) -> String {
        unique(&mut self.tables, &format!("t_{section}"), usize::MAX, |name, n| format!("{name}_{n}"))
    }
}

/// The titles of a section's columns, amounts with their currency, none of them twice.
pub(super) fn unique_titles(section: &Section) -> Vec<String> {
    let mut known = HashSet::new();
    let title = |column: &crate::document::Column| {
        unique(&mut known, &column.full_title(), usize::MAX, |title, n| format!("{title} ({n})"))
    };
    section.columns.iter().map(title).collect()
}

fn unique(
    known: &mut HashSet<String>,
    name: &str,
    chars_max: usize,
    numbered: impl Fn(&str, usize) -> String,
) -> String {
    let short = |chars: usize| name.chars().take(chars).collect::<String>();
    let mut found = short(chars_max);
    let mut n = 2;
    while !known.insert(found.to_lowercase()) {
        found = numbered(&short(chars_max.saturating_sub(8)), n);
        n += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_excel_takes_and_none_comes_twice() {
        let mut names = Names::default();
        assert_eq!(names.sheet("Total"), "Total");
        assert_eq!(names.sheet("total"), "total (2)");
        assert_eq!(names.sheet("a/b:c"), "a b c");
        let long = "x".repeat(40);
        assert_eq!(names.sheet(&long).len(), SHEET_CHARS_MAX);
        assert!(names.sheet(&long).ends_with("(2)"));
        assert_eq!((names.table("detail"), names.table("detail")), ("t_detail".to_owned(), "t_detail_2".to_owned()));
    }
}
