//! Every column that a report may show: what it is called and what it holds. One name means one thing in all reports.

use crate::words::{BASES, BUDGET_STATUSES, DRIVERS, Names, PARTIES, RATE_SOURCES, REASONS, REGIONS, Words};

/// What the cells of a column are, before the currency is known.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holds {
    Text,
    Code,
    /// Codes that are shown by their names; others as they are.
    Named(Names),
    Count,
    Quantity,
    /// Money, and the column that says in which currency.
    Money(&'static str),
    Ratio,
    Date,
}

/// A column: its name in SQL, what it is called, what it holds, and whether its sum says something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) title: Words,
    pub(crate) holds: Holds,
    pub(crate) is_summed: bool,
}

const fn of(name: &'static str, title: Words, holds: Holds) -> Known {
    Known { name, title, holds, is_summed: false }
}

const fn summed(name: &'static str, title: Words, holds: Holds) -> Known {
    Known { name, title, holds, is_summed: true }
}

const MONEY: Holds = Holds::Money("currency");

/// Finds a column by its name.
pub(crate) fn find(name: &str) -> Option<&'static Known> {
    COLUMNS.iter().find(|column| column.name == name)
}

const COLUMNS: &[Known] = &[
    summed("actual", ["Actual", "實際", "实际"], MONEY),
    summed("adjustments", ["Adjustments", "前期調整", "前期调整"], MONEY),
    summed("allocated", ["Allocated", "已分攤", "已分摊"], MONEY),
    summed("amount", ["Amount", "金額", "金额"], MONEY),
    of("basis", ["Basis", "依據", "依据"], Holds::Named(BASES)),
    summed("billed", ["Billed, converted", "帳單（已換算）", "账单（已换算）"], MONEY),
    of("billed_amount", ["Billed", "帳單金額", "账单金额"], Holds::Money("billed_currency")),
    of("billed_currency", ["Billed in", "帳單幣別", "账单币种"], Holds::Code),
    summed("budget", ["Budget", "預算", "预算"], MONEY),
    summed("budgeted", ["Spent of it", "預算項目支出", "预算项目支出"], MONEY),
    of("category", ["Category", "類別", "类别"], Holds::Code),
    of("charge", ["Charge", "費用代碼", "费用代码"], Holds::Code),
    summed("charge_lines", ["Charge lines", "費用筆數", "费用笔数"], Holds::Count),
    of("city", ["City code", "城市代碼", "城市代码"], Holds::Code),
    of("city_name", ["City", "城市", "城市"], Holds::Named(PARTIES)),
    of("change", ["Change", "變動", "变动"], Holds::Ratio),
    of("close_id", ["Close pack", "結帳封存包", "结账封存包"], Holds::Code),
    of("currency", ["Currency", "幣別", "币种"], Holds::Code),
    of("difference", ["Difference", "差額", "差额"], MONEY),
    of("driver", ["Driver code", "分攤動因代碼", "分摊动因代码"], Holds::Code),
    of("driver_name", ["Driver", "分攤動因", "分摊动因"], Holds::Named(DRIVERS)),
    of("driver_quantity", ["Driver quantity", "動因數量", "动因数量"], Holds::Quantity),
    of("driver_total", ["Driver total", "動因總量", "动因总量"], Holds::Quantity),
    summed("forecast", ["Forecast", "月底預測", "月底预测"], MONEY),
    of("forecast_used", ["Forecast used", "預測使用率", "预测使用率"], Holds::Ratio),
    of("forwarder", ["Forwarder", "貨代", "货代"], Holds::Code),
    of("hkd_rate", ["HKD for one unit", "每單位兌港元", "每单位兑港元"], Holds::Quantity),
    of("highest", ["Highest", "最高", "最高"], MONEY),
    summed("idle", ["Idle", "閒置", "闲置"], MONEY),
    of("import", ["Import", "匯入批次", "导入批次"], Holds::Count),
    summed("invoices", ["Invoices", "發票數", "发票数"], Holds::Count),
    summed("local_amount", ["In own currency", "本幣金額", "本币金额"], Holds::Money("local_currency")),
    of("local_currency", ["Own currency", "本幣", "本币"], Holds::Code),
    of("lowest", ["Lowest", "最低", "最低"], MONEY),
    of("meaning", ["Meaning", "說明", "说明"], Holds::Text),
    of("mean", ["Mean per line", "每筆平均", "每笔平均"], MONEY),
    of("mean_of_all", ["Mean of all forwarders", "全部貨代平均", "全部货代平均"], MONEY),
    of("above_mean", ["Against the mean", "較平均", "较平均"], Holds::Ratio),
    of("measured", ["Measured", "實測數量", "实测数量"], Holds::Quantity),
    of("method", ["Method", "取整方法", "取整方法"], Holds::Code),
    of("method_version", ["Method version", "方法版本", "方法版本"], Holds::Count),
    of("month", ["Month", "月份", "月份"], Holds::Code),
    of("months", ["Months", "月數", "月数"], Holds::Count),
    of("parties", ["Parties", "分攤方數", "分摊方数"], Holds::Count),
    of("period", ["Period", "所屬期間", "所属期间"], Holds::Code),
    of("place", ["Place", "列序", "行序"], Holds::Count),
    of("policy_version", ["Policy", "政策版本", "政策版本"], Holds::Code),
    of("pool", ["Pool", "成本池", "成本池"], Holds::Code),
    of("previous", ["Quarter before", "上一季度", "上一季度"], MONEY),
    of("quarter", ["Quarter", "季度", "季度"], Holds::Code),
    of("rate_source", ["Source", "來源", "来源"], Holds::Named(RATE_SOURCES)),
    of("ratio", ["Ratio", "比例", "比例"], Holds::Ratio),
    of("reason", ["Reason code", "原因代碼", "原因代码"], Holds::Code),
    of("region", ["Region", "區域", "区域"], Holds::Named(REGIONS)),
    of("share", ["Share", "占比", "占比"], Holds::Ratio),
    of("status", ["Status", "狀態", "状态"], Holds::Code),
    of("status_name", ["Status", "狀態", "状态"], Holds::Named(BUDGET_STATUSES)),
    of("term", ["Term", "名詞", "名词"], Holds::Text),
    of("tolerance", ["Tolerance", "容差", "容差"], MONEY),
    summed("total", ["Total", "合計", "合计"], MONEY),
    summed("unallocated", ["Unallocated", "未分攤", "未分摊"], MONEY),
    of("used", ["Used", "使用率", "使用率"], Holds::Ratio),
    of("valid_from", ["Valid from", "生效日", "生效日"], Holds::Date),
    summed("variance", ["Variance", "差異", "差异"], MONEY),
    of("weight", ["Weight", "權重", "权重"], Holds::Quantity),
    of("why", ["Why", "原因", "原因"], Holds::Named(REASONS)),
];
