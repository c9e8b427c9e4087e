//! `cost-allocation`: what each city bears of a month's costs, and why. Of one city it is the city's monthly statement,
//! of all of them the global overview.

use crate::definition::{CheckDefinition, Definition, Pivot, SectionDefinition};
use crate::document::Role;
use crate::words::{CHECK_DETAIL, CHECK_POOL, Words};

pub(crate) const DEFINITION: Definition = Definition {
    kind: "cost-allocation",
    title: ["Cost allocation", "成本分攤", "成本分摊"],
    months: 1,
    absent: ["cost pools", "import them with `tidemark finance import --pools FILE`"],
    sections: &[ALLOCATION, DETAIL, RULES, UNALLOCATED, RATES, RECONCILIATION, ADJUSTMENTS],
    checks: &[
        CheckDefinition::Rows {
            title: CHECK_POOL,
            section: "reconciliation",
            label: "pool",
            expected: "billed",
            found: "total",
        },
        CheckDefinition::Sums { title: CHECK_DETAIL, expected: ("detail", "amount"), found: ("allocation", "total") },
    ],
    focus: Some(include_str!("../../sql/cost_allocation/focus.sql")),
    glossary: GLOSSARY,
};

const ALLOCATION: SectionDefinition = SectionDefinition {
    name: "allocation",
    title: ["Allocation", "分攤", "分摊"],
    note: [
        "Each city by cost pool. A budget counts where its category is a pool; variance is what is left of it.",
        "各城市按成本池列示。類別為成本池之預算方計入；差異為預算餘額。",
        "各城市按成本池列示。类别为成本池的预算方计入；差异为预算余额。",
    ],
    role: Role::Main,
    sql: include_str!("../../sql/cost_allocation/allocation.sql"),
    columns: &[
        "city",
        "city_name",
        "currency",
        "pool",
        "amount",
        "adjustments",
        "total",
        "budget",
        "budgeted",
        "variance",
    ],
    pivot: Some(Pivot { column: "pool", value: "amount" }),
    is_of_whole: false,
};

const DETAIL: SectionDefinition = SectionDefinition {
    name: "detail",
    title: ["Detail", "明細", "明细"],
    note: [
        "Every row of cost_allocation: a city's part of a pool, and what it was worked out from.",
        "cost_allocation 之每一列：城市於成本池之份額及其計算依據。",
        "cost_allocation 的每一行：城市在成本池中的份额及其计算依据。",
    ],
    role: Role::Detail,
    sql: include_str!("../../sql/cost_allocation/detail.sql"),
    columns: &[
        "month",
        "city",
        "pool",
        "driver",
        "driver_quantity",
        "driver_total",
        "ratio",
        "amount",
        "currency",
        "status",
        "close_id",
        "reason",
        "measured",
        "weight",
        "method",
        "method_version",
        "policy_version",
        "billed_amount",
        "billed_currency",
        "place",
        "period",
    ],
    pivot: None,
    is_of_whole: false,
};

const RULES: SectionDefinition = SectionDefinition {
    name: "rules",
    title: ["Rules and drivers", "規則與動因", "规则与动因"],
    note: [
        "How each pool was split. Parts are rounded down to the unit; what is left goes to the largest remainders.",
        "各成本池之分攤方式。份額向下取整，餘數依最大餘額法分配。",
        "各成本池的分摊方式。份额向下取整，余数按最大余额法分配。",
    ],
    role: Role::Explanation,
    sql: include_str!("../../sql/cost_allocation/rules.sql"),
    columns: &[
        "pool",
        "driver",
        "driver_name",
        "driver_total",
        "parties",
        "billed_amount",
        "billed_currency",
        "method",
        "method_version",
        "policy_version",
    ],
    pivot: None,
    is_of_whole: false,
};

const UNALLOCATED: SectionDefinition = SectionDefinition {
    name: "unallocated",
    title: ["Unallocated and idle", "未分攤與閒置", "未分摊与闲置"],
    note: [
        "What no city bears, and why; and cities that the policy leaves out.",
        "無城市承擔之金額及原因；以及按政策排除之城市。",
        "无城市承担的金额及原因；以及按政策排除的城市。",
    ],
    role: Role::Explanation,
    sql: include_str!("../../sql/cost_allocation/unallocated.sql"),
    columns: &["city", "city_name", "pool", "reason", "why", "measured", "ratio", "amount", "currency"],
    pivot: None,
    is_of_whole: false,
};

const RATES: SectionDefinition = SectionDefinition {
    name: "rates",
    title: ["Exchange rates", "匯率", "汇率"],
    note: [
        "What one unit of a currency was in HKD in the month. A pool is converted once.",
        "該月每單位外幣兌港元之匯率。每一成本池僅換算一次。",
        "该月每单位外币兑港元的汇率。每个成本池仅换算一次。",
    ],
    role: Role::Explanation,
    sql: include_str!("../../sql/cost_allocation/rates.sql"),
    columns: &["currency", "hkd_rate", "rate_source", "valid_from", "import"],
    pivot: None,
    is_of_whole: false,
};

const RECONCILIATION: SectionDefinition = SectionDefinition {
    name: "reconciliation",
    title: ["Reconciliation", "對帳", "对账"],
    note: [
        "What was paid against what was split. A converted pool may differ by half a unit of rounding.",
        "已付金額與分攤金額之核對。經換算之成本池可有半個取整單位之差。",
        "已付金额与分摊金额的核对。经换算的成本池可有半个取整单位的差。",
    ],
    role: Role::Explanation,
    sql: include_str!("../../sql/cost_allocation/reconciliation.sql"),
    columns: &[
        "pool",
        "billed_amount",
        "billed_currency",
        "hkd_rate",
        "billed",
        "allocated",
        "unallocated",
        "idle",
        "total",
        "difference",
        "tolerance",
        "currency",
    ],
    pivot: None,
    is_of_whole: true,
};

const ADJUSTMENTS: SectionDefinition = SectionDefinition {
    name: "adjustments",
    title: ["Adjustments", "前期調整", "前期调整"],
    note: [
        "What arrived after earlier months were closed, and is booked in this one.",
        "先前月份結帳後方到、記入本月之金額。",
        "先前月份结账后才到、记入本月的金额。",
    ],
    role: Role::Explanation,
    sql: include_str!("../../sql/cost_allocation/adjustments.sql"),
    columns: &["period", "pool", "city", "city_name", "amount", "currency"],
    pivot: None,
    is_of_whole: false,
};

const GLOSSARY: &[(Words, Words)] = &[
    (
        ["Pool", "成本池", "成本池"],
        ["What was paid in a month for one purpose", "一個月內為同一用途所付之金額", "一个月内为同一用途所付的金额"],
    ),
    (["Driver", "分攤動因", "分摊动因"], ["What a pool is split by", "成本池據以分攤之數量", "成本池据以分摊的数量"]),
    (
        ["Ratio", "比例", "比例"],
        [
            "A city's driver quantity by that of all; the ratios of a pool add up to 1",
            "城市動因數量占全部之比；同一成本池之比例合計為 1",
            "城市动因数量占全部的比；同一成本池的比例合计为 1",
        ],
    ),
    (["Unallocated", "未分攤", "未分摊"], ["What belongs to no city", "不屬於任何城市之金額", "不属于任何城市的金额"]),
    (["Idle", "閒置", "闲置"], ["What was paid for and not used", "已付費而未使用之金額", "已付费而未使用的金额"]),
    (
        ["Adjustment", "前期調整", "前期调整"],
        [
            "The difference between what a closed month is today and what was booked of it",
            "已結帳月份之今日數額與當時入帳數額之差",
            "已结账月份的今日数额与当时入账数额之差",
        ],
    ),
];
