//! Cells that stay live: what is a sum of other cells in its row is a formula, with the exact result already set, since
//! many programs show a formula's stored result and do not work it out.

use rust_xlsxwriter::{Formula, column_number_to_name};

use crate::document::Section;
use crate::value::Number;

/// A column that is worked out from others of its row.
struct Live {
    section: &'static str,
    column: &'static str,
    plus: &'static [&'static str],
    minus: &'static [&'static str],
}

/// A name that ends in a colon stands for all columns that begin so.
const LIVE: &[Live] = &[
    Live { section: "allocation", column: "total", plus: &["amount:", "adjustments"], minus: &[] },
    Live { section: "allocation", column: "variance", plus: &["budget"], minus: &["budgeted"] },
    Live { section: "reconciliation", column: "total", plus: &["allocated", "unallocated", "idle"], minus: &[] },
    Live { section: "reconciliation", column: "difference", plus: &["total"], minus: &["billed"] },
    Live { section: "regions", column: "total", plus: &["amount:"], minus: &[] },
    Live { section: "quarters", column: "total", plus: &["amount:"], minus: &[] },
    Live { section: "budget", column: "variance", plus: &["budget"], minus: &["actual"] },
];

/// The formula of a column, as its terms: the column's place and whether it is taken off. None where it holds values.
pub(super) fn terms(section: &Section, column: usize) -> Option<Vec<(usize, bool)>> {
    let name = &section.columns[column].name;
    let live = LIVE.iter().find(|live| live.section == section.name && live.column == name)?;
    let places = |wanted: &'static str| {
        let is_wanted = move |name: &str| if wanted.ends_with(':') { name.starts_with(wanted) } else { name == wanted };
        (0..section.columns.len()).filter(move |place| is_wanted(&section.columns[*place].name))
    };
    let plus = live.plus.iter().flat_map(|name| places(name)).map(|place| (place, false));
    let minus = live.minus.iter().flat_map(|name| places(name)).map(|place| (place, true));
    Some(plus.chain(minus).collect())
}

/// The formula over a row's cells. It is rounded where amounts end, for programs add floats.
pub(super) fn formula(terms: &[(usize, bool)], row: u32, result: Number) -> Formula {
    let mut sum = String::new();
    for (place, is_minus) in terms {
        sum.push(if *is_minus { '-' } else { '+' });
        sum.push_str(&cell(row, *place));
    }
    let sum = sum.strip_prefix('+').unwrap_or(&sum);
    Formula::new(format!("=ROUND({sum},9)")).set_result(result.to_f64().to_string())
}

/// The sum of a column's visible cells.
pub(super) fn subtotal(column: usize, first_row: u32, last_row: u32, result: Number) -> Formula {
    let (first, last) = (cell(first_row, column), cell(last_row, column));
    Formula::new(format!("=SUBTOTAL(109,{first}:{last})")).set_result(result.to_f64().to_string())
}

/// A cell's address: `C7` for row 6, column 2.
pub(super) fn cell(row: u32, column: usize) -> String {
    let column = u16::try_from(column).unwrap_or(u16::MAX);
    format!("{}{}", column_number_to_name(column), row + 1)
}
