//! Words in the order of [`Language::ALL`]: English, Traditional and Simplified Chinese.

/// A word or a sentence in all languages.
pub(crate) type Words = [&'static str; 3];

/// What the values of a column are called: the value, and its words.
pub(crate) type Names = &'static [(&'static str, Words)];

pub(crate) const THE_GROUP: Words = ["All cities", "全部城市", "全部城市"];

/// What bears costs beside cities.
pub(crate) const PARTIES: Names =
    &[("unallocated", ["Unallocated", "未分攤", "未分摊"]), ("idle", ["Idle", "閒置", "闲置"])];

/// Whether what stands where a city is expected is one of these.
pub(crate) fn is_no_city(name: &str) -> bool {
    PARTIES.iter().any(|(party, _)| *party == name)
}

pub(crate) const REASONS: Names = &[
    ("no_city", ["Usage without a city", "用量未歸屬城市", "用量未归属城市"]),
    ("not_fixed", ["What the fixed percentages leave", "固定百分比之餘額", "固定百分比之余额"]),
    ("below_unit", ["Below the rounding unit", "低於取整單位", "低于取整单位"]),
    ("no_quantity", ["Nothing to split by", "無可分攤之數量", "无可分摊之数量"]),
    ("negative_quantity", ["A negative quantity", "數量為負", "数量为负"]),
    ("unused", ["Paid for, but nobody used it", "已付費但無人使用", "已付费但无人使用"]),
    ("excluded", ["Left out by the policy", "按政策排除", "按政策排除"]),
    ("spread", ["Spread over the cities", "攤至各城市", "摊至各城市"]),
];

pub(crate) const DRIVERS: Names = &[
    ("invoices", ["Settled invoices", "已結案發票", "已结案发票"]),
    ("direct_cost", ["Cost of own usage", "自身用量成本", "自身用量成本"]),
    ("storage", ["Stored bytes by day", "每日儲存量", "每日存储量"]),
    ("active_users", ["Active users", "活躍使用者", "活跃用户"]),
    ("fixed", ["Fixed percentages", "固定百分比", "固定百分比"]),
    ("even", ["Even over live cities", "已上線城市均分", "已上线城市均分"]),
];

pub(crate) const RATE_SOURCES: Names = &[
    ("pack", ["Frozen in the month's pack", "該月封存包所定", "该月封存包所定"]),
    ("stated", ["Stated by finance", "財務指定", "财务指定"]),
    ("release", ["Default of the release", "版本預設值", "版本默认值"]),
];

pub(crate) const BUDGET_STATUSES: Names = &[
    ("over", ["Over budget", "超支", "超支"]),
    ("warn", ["Above 80 %", "已逾 80 %", "已超 80 %"]),
    ("ahead", ["Will be over", "預計超支", "预计超支"]),
    ("half", ["Above 50 %", "已逾 50 %", "已超 50 %"]),
    ("ok", ["Within budget", "預算內", "预算内"]),
    ("unknown", ["Not known", "未知", "未知"]),
];

pub(crate) const BASES: Names = &[
    ("allocated", ["Allocated bill", "已分攤帳單", "已分摊账单"]),
    ("metered", ["Metered so far", "目前計量", "目前计量"]),
];

pub(crate) const REGIONS: Names = &[
    ("greater-china", ["Greater China", "大中華區", "大中华区"]),
    ("south-east-asia", ["South East Asia", "東南亞", "东南亚"]),
    ("north-asia", ["North Asia", "北亞", "北亚"]),
    ("oceania", ["Oceania", "大洋洲", "大洋洲"]),
    ("none", ["No region", "無區域", "无区域"]),
];

/// The lines of the head that are not fields of the document.
pub(crate) const FACT_CURRENCY: Words = ["Currency", "幣別", "币种"];
pub(crate) const FACT_POLICY: Words = ["Policy", "分攤政策", "分摊政策"];
pub(crate) const FACT_PACK: Words = ["Close pack", "結帳封存包", "结账封存包"];
pub(crate) const FACT_PREPARED: Words = ["Prepared by", "編製人", "编制人"];
pub(crate) const FACT_APPROVED: Words = ["Approved by", "核准人", "批准人"];
pub(crate) const FACT_VERSIONS: Words = ["Table versions", "資料表版本", "数据表版本"];
pub(crate) const FACT_PRODUCT: Words = ["Product", "產品", "产品"];

/// The lines of the head that are.
pub(crate) const PERIOD: Words = ["Period", "期間", "期间"];
pub(crate) const ENTITY: Words = ["Entity", "範圍", "范围"];
pub(crate) const STATUS: Words = ["Status", "狀態", "状态"];
pub(crate) const AS_OF: Words = ["Data as of (UTC)", "資料截至（UTC）", "数据截至（UTC）"];
pub(crate) const DOCUMENT_ID: Words = ["Document", "文件編號", "文件编号"];
pub(crate) const CURRENT: Words = ["As it stood when it was made", "以製作時資料為準", "以制作时数据为准"];
pub(crate) const DRAFT: Words = ["DRAFT: the month is open", "草稿：該月未結帳", "草稿：该月未结账"];
pub(crate) const FINAL: Words = ["FINAL: the month is closed", "定稿：該月已結帳", "定稿：该月已结账"];
pub(crate) const ADJUSTED: Words = [
    "FINAL, adjusted: later events are booked in a later month",
    "定稿（有調整）：後到事件已記入其後月份",
    "定稿（有调整）：后到事件已记入其后月份",
];

pub(crate) const SUMMARY: Words = ["Summary", "摘要", "摘要"];
pub(crate) const CHECKS: Words = ["Checks", "核對", "核对"];
pub(crate) const CHECK: Words = ["Check", "核對項目", "核对项目"];
pub(crate) const EXPECTED: Words = ["Expected", "應為", "应为"];
pub(crate) const FOUND: Words = ["Found", "實為", "实为"];
pub(crate) const DIFFERENCE: Words = ["Difference", "差額", "差额"];
pub(crate) const RESULT: Words = ["Result", "結果", "结果"];
pub(crate) const PASSED: Words = ["passed", "相符", "相符"];
pub(crate) const FAILED: Words = ["FAILED", "不符", "不符"];
pub(crate) const TOTAL: Words = ["Total", "合計", "合计"];
pub(crate) const PAGE: Words = ["Page &P of &N", "第 &P 頁，共 &N 頁", "第 &P 页，共 &N 页"];
pub(crate) const CHECK_POOL: Words =
    ["billed = allocated + unallocated + idle", "帳單 = 已分攤 + 未分攤 + 閒置", "账单 = 已分摊 + 未分摊 + 闲置"];
pub(crate) const CHECK_DETAIL: Words =
    ["allocation by city = sum of the detail", "各城市分攤額 = 明細合計", "各城市分摊额 = 明细合计"];
pub(crate) const CHECK_REGIONS: Words = ["regions = sum of the cities", "各區域 = 各城市合計", "各区域 = 各城市合计"];
pub(crate) const CHECK_QUARTERS: Words = ["quarters = sum of the months", "各季度 = 各月合計", "各季度 = 各月合计"];
pub(crate) const CHECK_FORWARDERS: Words =
    ["forwarders = sum of the charges", "各貨代 = 各費用項目合計", "各货代 = 各费用项目合计"];
