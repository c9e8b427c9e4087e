//! `budget`: the month's budgets against what was spent, with the forecast to its end.

use crate::definition::{Definition, SectionDefinition};
use crate::document::Role;

pub(crate) const DEFINITION: Definition = Definition {
    kind: "budget",
    title: ["Budget against actual", "預算與實際", "预算与实际"],
    months: 1,
    absent: ["budgets", "import them with `tidemark finance import --budgets FILE`"],
    sections: &[SectionDefinition {
        name: "budget",
        title: ["Budgets", "預算", "预算"],
        note: [
            "The forecast is what AI is foretold to cost on the other days; elsewhere, what they cost if they go on as the days so far.",
            "預測：AI 成本依預測模型推估其餘日子；其他項目假設其餘日子與目前每日成本相同，得該月之總額。",
            "预测：AI 成本按预测模型推估其余日子；其他项目假设其余日子与目前每日成本相同，得出该月的总额。",
        ],
        role: Role::Main,
        sql: include_str!("../../sql/budget/budget.sql"),
        columns: &[
            "city",
            "city_name",
            "category",
            "currency",
            "budget",
            "actual",
            "variance",
            "used",
            "forecast",
            "forecast_used",
            "status_name",
            "basis",
        ],
        pivot: None,
        is_of_whole: false,
    }],
    checks: &[],
    focus: None,
    glossary: &[(
        ["Metered so far", "目前計量", "目前计量"],
        [
            "What the city's own usage cost by the platform's meters, until the bill is imported",
            "帳單匯入前，依平台計量之城市自身用量成本",
            "账单导入前，按平台计量的城市自身用量成本",
        ],
    )],
};
