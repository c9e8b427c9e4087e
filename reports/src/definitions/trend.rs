//! `trend`: costs by quarter over a year, and by month and city.

use crate::definition::{CheckDefinition, Definition, Pivot, SectionDefinition};
use crate::document::Role;
use crate::words::CHECK_QUARTERS;

pub(crate) const DEFINITION: Definition = Definition {
    kind: "trend",
    title: ["Quarterly cost trend", "季度成本趨勢", "季度成本趋势"],
    months: 12,
    absent: ["cost pools", "import them with `tidemark finance import --pools FILE`"],
    sections: &[
        SectionDefinition {
            name: "quarters",
            title: ["Quarters", "季度", "季度"],
            note: [
                "A quarter counts the months of the period that have costs; its change is against the quarter before.",
                "季度計入期間內有成本之月份；變動為較上一季度。",
                "季度计入期间内有成本的月份；变动为较上一季度。",
            ],
            role: Role::Main,
            sql: include_str!("../../sql/trend/quarters.sql"),
            columns: &["quarter", "months", "currency", "pool", "amount", "total", "previous", "change"],
            pivot: Some(Pivot { column: "pool", value: "amount" }),
            is_of_whole: false,
        },
        SectionDefinition {
            name: "months",
            title: ["Months", "月份", "月份"],
            note: ["What each city bears, month by month.", "各城市逐月承擔之成本。", "各城市逐月承担的成本。"],
            role: Role::Explanation,
            sql: include_str!("../../sql/trend/months.sql"),
            columns: &["month", "city", "city_name", "currency", "amount"],
            pivot: None,
            is_of_whole: false,
        },
    ],
    checks: &[CheckDefinition::Sums {
        title: CHECK_QUARTERS,
        expected: ("months", "amount"),
        found: ("quarters", "total"),
    }],
    focus: None,
    glossary: &[],
};
