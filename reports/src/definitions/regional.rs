//! `regional`: the month's costs by region, and by city in its own currency.

use crate::definition::{CheckDefinition, Definition, Pivot, SectionDefinition};
use crate::document::Role;
use crate::words::CHECK_REGIONS;

pub(crate) const DEFINITION: Definition = Definition {
    kind: "regional",
    title: ["Regional summary", "區域摘要", "区域摘要"],
    months: 1,
    absent: ["cost pools", "import them with `tidemark finance import --pools FILE`"],
    sections: &[
        SectionDefinition {
            name: "regions",
            title: ["Regions", "區域", "区域"],
            note: [
                "Each region by cost pool, adjustments of earlier months with it.",
                "各區域按成本池列示，含前期調整。",
                "各区域按成本池列示，含前期调整。",
            ],
            role: Role::Main,
            sql: include_str!("../../sql/regional/regions.sql"),
            columns: &["region", "currency", "pool", "amount", "total", "share"],
            pivot: Some(Pivot { column: "pool", value: "amount" }),
            is_of_whole: false,
        },
        SectionDefinition {
            name: "cities",
            title: ["Cities", "城市", "城市"],
            note: [
                "Also in each city's own currency, at the month's rates.",
                "並按該月匯率折算為各城市本幣。",
                "并按该月汇率折算为各城市本币。",
            ],
            role: Role::Explanation,
            sql: include_str!("../../sql/regional/cities.sql"),
            columns: &["region", "city", "city_name", "amount", "currency", "local_amount", "local_currency"],
            pivot: None,
            is_of_whole: false,
        },
    ],
    checks: &[CheckDefinition::Sums {
        title: CHECK_REGIONS,
        expected: ("cities", "amount"),
        found: ("regions", "total"),
    }],
    focus: None,
    glossary: &[],
};
